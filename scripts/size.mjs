// The sizes of what a browser has to fetch, gzipped, against what was promised.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { gzipSync } from 'node:zlib';

import { ROOT } from './command.mjs';

const LIMITS = [
  { name: 'module.js', pattern: /^module\.js$/, limit: 60 },
  { name: 'wasm', pattern: /\.wasm$/, limit: 660 },
];

const dist = path.join(ROOT, 'dist');
for (const { name, pattern, limit } of LIMITS) {
  const files = readdirSync(dist).filter((file) => pattern.test(file));
  if (files.length !== 1) {
    throw new Error(`dist/ holds ${files.length} files of the kind "${name}" and should hold one. Run npm run build.`);
  }
  const kilobytes = gzipSync(readFileSync(path.join(dist, files[0])), { level: 9 }).length / 1000;
  const verdict = kilobytes <= limit ? '✓' : '✗';
  console.log(`  ${verdict} ${name.padEnd(10)} ${kilobytes.toFixed(1).padStart(7)} KB gzipped, at most ${limit} KB`);
  if (kilobytes > limit) {
    process.exitCode = 1;
  }
}
