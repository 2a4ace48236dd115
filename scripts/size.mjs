// The sizes of what a browser has to fetch, gzipped, against what was promised.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { gzipSync } from 'node:zlib';

import { ROOT } from './command.mjs';

/** In KB. Without `several` there is one file of the kind. */
const LIMITS = [
  { name: 'module.js', pattern: /^module\.js$/, limit: 120 },
  { name: 'wasm', pattern: /\.wasm$/, limit: 740 },
  // What editors load when it is opened.
  { name: 'chunk', pattern: /^[\w-]+\.[0-9a-f]{8,}\.js$/, limit: 60, several: true },
];

const dist = path.join(ROOT, 'dist');
for (const { name, pattern, limit, several } of LIMITS) {
  const files = readdirSync(dist).filter((file) => pattern.test(file));
  if (files.length === 0 || (files.length > 1 && !several)) {
    const wanted = several ? 'some' : 'one';
    throw new Error(
      `dist/ holds ${files.length} files of the kind "${name}", and should hold ${wanted}. Run npm run build.`
    );
  }
  files.forEach((file) => check(several ? file : name, file, limit));
}

/** @param {string} title @param {string} file @param {number} limit */
function check(title, file, limit) {
  const kilobytes = gzipSync(readFileSync(path.join(dist, file)), { level: 9 }).length / 1000;
  const verdict = kilobytes <= limit ? '✓' : '✗';
  console.log(`  ${verdict} ${title.padEnd(27)} ${kilobytes.toFixed(1).padStart(7)} KB gzipped, at most ${limit} KB`);
  if (kilobytes > limit) {
    process.exitCode = 1;
  }
}
