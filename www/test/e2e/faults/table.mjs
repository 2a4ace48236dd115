// Makes docs/faults.md from what the fault matrix has found.
import { format, resolveConfig } from 'prettier';

/** @typedef {import('./stand.mjs').Result} Result */

const HEAD = `# What Freshet survives

Made by \`npm run faults\` from the results of \`www/test/e2e/faultMatrix.test.mjs\`; the test fails when this page is
stale. Do not edit.

Each row is a real fault on a real socket between a browser and a server, most of them made by a TCP proxy between the
two. In every row the stream goes on, by itself unless the row says otherwise, each row of data is in the frame once and in order, and rows that were
sent on a working connection are all there.

- **The panel says** is the notice that the panel shows in the meantime. "…" stands for what differs from time to time.
  When nothing is said, the panel only shows no new rows until the fault is over.
- **Connection** tells whether the same connection goes on or another one takes its place.
- **May be lost** are rows that a server sends while nobody can receive them. A server that keeps them, or has a
  [history](reference.md#history), can deliver them later.
`;

/** The page. @param {{ title: string, results: Result[] }[]} groups */
export async function page(groups) {
  const tables = groups.map(({ title, results }) => `\n## ${title}\n\n${tableOf(results)}`);
  const options = await resolveConfig('docs/faults.md', { editorconfig: true });
  return format(HEAD + tables.join(''), { ...options, parser: 'markdown' });
}

/** @param {Result[]} results */
function tableOf(results) {
  const rows = results.map(({ name, says, connection, loses }) =>
    [name, says ? settled(says) : 'nothing', connection, loses === 'none' ? 'nothing' : loses].map(cell)
  );
  const lines = [['Fault', 'The panel says', 'Connection', 'May be lost'], ['---', '---', '---', '---'], ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

/** A notice without what differs from time to time. @param {string} notice */
function settled(notice) {
  return notice
    .replaceAll(/wss?:\/\/[^\s)]*[^\s).:]/g, 'ws://…')
    .replace(/Retrying (in \d+ s|now) \(attempt \d+\)\./, 'Retrying …')
    .replace(/ at \d[\d:. APM]* \(.*\) and was/, ' at … (…) and was')
    .replace(/\d+ bytes wait/, '… bytes wait')
    .replace(/Trying again in \d+ s\./, 'Trying again in … s.')
    .replace(/"time":\d+/, '"time":…')
    .replace(/"value":\d+,"pad":"x+…/, '"value":…,"pad":"x…');
}

/** @param {string} text */
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
