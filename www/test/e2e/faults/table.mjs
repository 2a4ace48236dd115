// Makes docs/faults.md from what the fault matrix has found.
import { format, resolveConfig } from 'prettier';

/** @typedef {import('./stand.mjs').Result} Result */

/** What a notice adds to a code that a browser reports for nearly every failure. */
const WHAT_1006_MEANS = ', the connection was dropped or refused, or the handshake failed';

/** The most frequent notice, which the page quotes once. */
const DROPPED = `Not connected to ws://… (code 1006${WHAT_1006_MEANS}). Retrying …`;

const HEAD = `# What Freshet survives

\`npm run faults\` writes this page from the results of \`www/test/e2e/faultMatrix.test.mjs\`; the test fails when the page is
out of date. Do not edit it.

Each row is a real fault on a real socket between a browser and a server. Most are caused by a TCP proxy between the two. In
every case the stream continues, without help unless the row says otherwise. Each row of data is in the frame exactly once and in
order, and no row that was sent on a working connection is missing.

- **The panel says**: the notice that the panel shows in the meantime, with "…" for what differs from run to run. Where it says
  nothing, the panel merely shows no new rows until the fault is over.
- **code 1006**: all that a browser reports of most failures. The whole notice is "${DROPPED}"
- **Connection**: whether the same connection continues or another one takes its place.
- **May be lost**: rows that the server sends while nobody can receive them. A server that keeps them, or has a
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

/** A notice without what differs from run to run, and without what the page says above its tables. @param {string} notice */
function settled(notice) {
  const told = notice
    .replaceAll(/wss?:\/\/[^\s)]*[^\s).:]/g, 'ws://…')
    .replace(
      /Retrying (in \d+ s|now) \(attempt \d+\)\.( Open the query and press Diagnose to find out why\.)?/,
      'Retrying …'
    )
    .replace(/ at \d[\d:. APM]* \(.*\) and was/, ' at … (…) and was')
    .replace(/\d+ bytes are waiting/, '… bytes are waiting')
    .replace(/Trying again in \d+ s\./, 'Trying again in … s.')
    .replace(/"time":\d+/, '"time":…')
    .replace(/"value":\d+,"pad":"x+…/, '"value":…,"pad":"x…');
  return told === DROPPED ? 'code 1006' : told.replace(WHAT_1006_MEANS, '');
}

/** @param {string} text */
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
