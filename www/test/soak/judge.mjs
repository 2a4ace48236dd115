// What a soak has shown: whether it is good enough, and the table that tells it.

/**
 * @typedef {object} Watch what a panel has seen
 * @property {number} rows
 * @property {number} packets
 * @property {[number, number][]} gaps
 * @property {[number, number][]} wrong
 *
 * @typedef {object} Soak
 * @property {import('./feeds.mjs').SoakFeed[]} feeds
 * @property {Record<string, Watch[]>} watches
 * @property {string[]} errors
 * @property {{ heap: number, engine: number }[]} measured
 * @property {number} seconds
 */

/** Memory that may come and go. */
const NOISE_BYTES = 4 * 1024 * 1024;

const MB = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

/** @param {Soak} soak @returns {{ faults: string[], lines: string[][] }} */
export function judge({ feeds, watches, errors, measured, seconds }) {
  const faults = errors.map((error) => `On the page: ${error}`);
  const lines = feeds.map((feed) => {
    const { name } = feed.kind;
    const seen = watches[name];
    const lost = seen.map(({ gaps }) => feed.lost(gaps));
    const wrong = seen.flatMap(({ wrong }) => wrong);
    if (lost.some((rows) => rows !== 0)) {
      faults.push(`${name}: the panels lost ${lost} rows that were sent on a working connection.`);
    }
    if (wrong.length > 0) {
      faults.push(`${name}: rows stand twice or in a wrong order: ${JSON.stringify(wrong.slice(0, 5))}.`);
    }
    const happened = Object.values(feed.happened).reduce((sum, count) => sum + count, 0);
    const resumed = feed.resumed.toSorted((a, b) => a - b);
    const after = (part) => `${((resumed[Math.floor(resumed.length * part)] ?? 0) / 1000).toFixed(1)} s`;
    const rate = Math.round(feed.server.next / seconds);
    return [
      name,
      `${feed.server.next}`,
      `${rate}`,
      `${happened}`,
      `${resumed.length}`,
      after(0.5),
      after(0.99),
      `${sum(lost)}`,
    ];
  });
  for (const kind of /** @type {const} */ (['heap', 'engine'])) {
    const [early, late] = halves(measured.map(({ [kind]: bytes }) => bytes));
    lines.push([kind, MB(early), MB(late)]);
    if (!(late < early + NOISE_BYTES)) {
      faults.push(`The ${kind} grew from ${MB(early)} to ${MB(late)}.`);
    }
  }
  return { faults, lines };
}

const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);

/** The least of the second and of the last quarter: until the second, caches and rows fill. @param {number[]} bytes */
function halves(bytes) {
  const quarter = Math.ceil(bytes.length / 4);
  return [bytes.slice(quarter, 2 * quarter), bytes.slice(-quarter)].map((part) => Math.min(...part));
}

/** @param {string[][]} lines */
export function tableOf(lines) {
  const feeds = lines.slice(0, -2);
  const memory = lines.slice(-2).map(([kind, early, late]) => [TITLES[kind], early, late]);
  const head = [
    'Feed',
    'Messages',
    'Per second',
    'Faults',
    'Connections replaced',
    'Back after (median)',
    '(99 %)',
    'Rows lost',
  ];
  return `${markdown(head, feeds)}\n${markdown(['Memory', 'Second quarter', 'Last quarter'], memory)}`;
}

const TITLES = { heap: 'JavaScript heap', engine: "The engine's memory" };

/** @param {string[]} head @param {string[][]} rows */
function markdown(head, rows) {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
