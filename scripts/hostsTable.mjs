// The table in docs/reference.md of the versions of Grafana that the end-to-end tests run with.
import { hostNamed, HOSTS, MAIN_HOST } from './setup/hosts.mjs';

/** Where the table is. */
export const TABLE_PAGE = 'docs/reference.md';

const BEGIN = '<!-- hosts: written by npm run test:hosts -- --update -->';
const END = '<!-- /hosts -->';

/**
 * The page with its table filled in. The row of a host that has not run stays.
 * @param {string} page
 * @param {Map<string, number | undefined>} passed how many tests of the core passed with each host that has run; undefined
 *   when one failed, which takes its row away
 */
export function filledIn(page, passed) {
  const [before, rest] = cut(page, BEGIN);
  const [table, after] = cut(rest, END);
  const rows = HOSTS.map((name) => (passed.has(name) ? rowOf(name, passed.get(name)) : rowIn(table, name)));
  return [before, BEGIN, '\n\n', ...HEAD, ...rows, '\n', END, after].join('');
}

/**
 * What is wrong with the table: it names other versions than those that are tested.
 * @param {string} page
 * @returns {string[]} a sentence for each fault
 */
export function faultsInTable(page) {
  const table = cut(cut(page, BEGIN)[1], END)[0];
  const named = [...table.matchAll(/^\| (\d+\.\d+\.\d+) \| (\d+\.\d+\.\d+) \|/gm)].map(
    ([, grafana, react]) => `${grafana}, React ${react}`
  );
  const tested = HOSTS.map((name) => hostNamed(name)).map(({ version, react }) => `${version}, React ${react}`);
  return [
    ...tested.filter((each) => !named.includes(each)).map((each) => `Grafana ${each} is tested and not in the table.`),
    ...named.filter((each) => !tested.includes(each)).map((each) => `Grafana ${each} is in the table and not tested.`),
  ];
}

const HEAD = ["| Grafana's packages | React | End-to-end tests that pass |\n", '| --- | --- | --- |\n'];

/** The cells that say which versions a row is about. @param {string} name */
function versionsOf(name) {
  const { version, react } = hostNamed(name);
  return `| ${version} | ${react} |`;
}

/** @param {string} name @param {number} [count] */
function rowOf(name, count) {
  const tests = name === MAIN_HOST ? `all, with the ${count} of the core` : `the ${count} of the core`;
  return count === undefined ? '' : `${versionsOf(name)} ${tests} |\n`;
}

/** @param {string} table @param {string} name */
function rowIn(table, name) {
  const row = table.split('\n').find((line) => line.startsWith(versionsOf(name)));
  return row === undefined ? '' : `${row}\n`;
}

/** @param {string} text @param {string} mark @returns {[string, string]} */
function cut(text, mark) {
  const at = text.indexOf(mark);
  if (at < 0) {
    throw new Error(`${TABLE_PAGE} has no ${mark}`);
  }
  return [text.slice(0, at), text.slice(at + mark.length)];
}
