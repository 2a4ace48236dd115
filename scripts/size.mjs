// The sizes of what a browser has to fetch, gzipped, against what was promised: `npm run size`, and beside another build's
// with `npm run size -- other/dist`. In a workflow the table is in the summary of the run too.
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { ROOT } from './command.mjs';
import { SIZE_LIMITS, sizesOf } from './sizes.mjs';

const [other] = process.argv.slice(2);
const rows = SIZE_LIMITS.flatMap(({ name, pattern, limit, several }) => {
  const files = sizesOf(path.join(ROOT, 'dist'), pattern);
  if (files.length === 0 || (files.length > 1 && !several)) {
    const wanted = several ? 'some' : 'one';
    throw new Error(
      `dist/ holds ${files.length} files of the kind "${name}", and should hold ${wanted}. Run npm run build.`
    );
  }
  files.forEach((file) => check(several ? file.name : name, file.kilobytes, limit));
  return [
    {
      name: several ? `all of ${name}` : name,
      now: sum(files),
      before: other === undefined ? 0 : sum(sizesOf(other, pattern)),
    },
  ];
});
if (other !== undefined) {
  compare(rows);
}

/** @param {Array<{ kilobytes: number }>} files */
function sum(files) {
  return files.reduce((total, { kilobytes }) => total + kilobytes, 0);
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
