// The sizes of what a browser has to fetch, gzipped, against what was promised: `npm run size`, and beside another build's
// with `npm run size -- other/dist`. In a workflow the table is in the summary of the run too.
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { gzipSync } from 'node:zlib';

import { ROOT } from './command.mjs';

/** In KB. Without `several` there is one file of the kind. */
const LIMITS = [
  { name: 'module.js', pattern: /^module\.js$/, limit: 120 },
  { name: 'wasm', pattern: /\.wasm$/, limit: 770 },
  // What editors load when it is opened.
  { name: 'chunk', pattern: /^[\w-]+\.[0-9a-f]{8,}\.js$/, limit: 60, several: true },
];

const [other] = process.argv.slice(2);
const rows = LIMITS.flatMap(({ name, pattern, limit, several }) => {
  const files = filesOf(path.join(ROOT, 'dist'), pattern);
  if (files.length === 0 || (files.length > 1 && !several)) {
    const wanted = several ? 'some' : 'one';
    throw new Error(
      `dist/ holds ${files.length} files of the kind "${name}", and should hold ${wanted}. Run npm run build.`
    );
  }
  files.forEach((file) => check(several ? path.basename(file) : name, sizeOf(file), limit));
  return [
    {
      name: several ? `all of ${name}` : name,
      now: sum(files),
      before: other === undefined ? 0 : sum(filesOf(other, pattern)),
    },
  ];
});
if (other !== undefined) {
  compare(rows);
}

/** @param {string} folder @param {RegExp} pattern */
function filesOf(folder, pattern) {
  return readdirSync(folder)
    .filter((file) => pattern.test(file))
    .map((file) => path.join(folder, file));
}

/** In KB. @param {string} file */
function sizeOf(file) {
  return gzipSync(readFileSync(file), { level: 9 }).length / 1000;
}

/** @param {string[]} files */
function sum(files) {
  return files.reduce((total, file) => total + sizeOf(file), 0);
}

/** @param {string} title @param {number} kilobytes @param {number} limit */
function check(title, kilobytes, limit) {
  const verdict = kilobytes <= limit ? '✓' : '✗';
  console.log(`  ${verdict} ${title.padEnd(27)} ${kilobytes.toFixed(1).padStart(7)} KB gzipped, at most ${limit} KB`);
  if (kilobytes > limit) {
    process.exitCode = 1;
  }
}

/** @param {Array<{ name: string, now: number, before: number }>} rows */
function compare(rows) {
  const signed = new Intl.NumberFormat('en', {
    signDisplay: 'exceptZero',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const lines = rows.map(
    ({ name, now, before }) => `| ${name} | ${before.toFixed(1)} | ${now.toFixed(1)} | ${signed.format(now - before)} |`
  );
  const table = ['| KB gzipped | before | now | change |', '| --- | --: | --: | --: |', ...lines, ''].join('\n');
  console.log(`\n${table}`);
  if (process.env.GITHUB_STEP_SUMMARY) {
    appendFileSync(process.env.GITHUB_STEP_SUMMARY, table);
  }
}
