/** @typedef {import('./types.mjs').Feed} Feed */

const HTTP_ENDPOINTS = [
  { example: '/history?path=/counter&count=500', about: 'the newest rows sent on a path, as a JSON array' },
  { example: '/history/slow?path=/simple&delay=3000', about: 'the same after a delay' },
  { example: '/history/broken', about: 'always 500' },
  { example: '/history/malformed?path=/simple', about: 'JSON that is cut off' },
  {
    example: '/sse?events=price,trade&period=100',
    about: 'Server-Sent Events; after=5&end=cut, status=503&retryAfter=2',
  },
  { example: '/ndjson?period=100', about: 'a JSON text on each line of a response that does not end' },
  { example: '/control', about: 'counts of connections and messages' },
  { example: '/control/drop', about: 'POST: drops every connection (path=/simple: those of one feed)' },
];

/**
 * @param {{ feeds: readonly Feed[], url: string, httpUrl: string }} server
 */
function sections({ feeds, url, httpUrl }) {
  return [
    { title: 'Feeds', base: url, entries: feeds.filter((feed) => !feed.misbehaves && !feed.recorded) },
    { title: 'Feeds that misbehave', base: url, entries: feeds.filter((feed) => feed.misbehaves) },
    {
      title: 'Recordings of real feeds (every=20, loop=1)',
      base: url,
      entries: feeds.filter((feed) => feed.recorded),
    },
    { title: 'HTTP', base: httpUrl, entries: HTTP_ENDPOINTS },
  ];
}

/**
 * A table for the terminal.
 *
 * @param {{ feeds: readonly Feed[], url: string, httpUrl: string }} server
 */
export function textListing(server) {
  const all = sections(server);
  const width = Math.max(...all.flatMap(({ base, entries }) => entries.map(({ example }) => (base + example).length)));
  return all
    .map(({ title, base, entries }) => {
      const lines = entries.map(({ example, about }) => `  ${(base + example).padEnd(width)}  ${about}`);
      return [title, ...lines].join('\n');
    })
    .join('\n\n');
}

/** @param {string} text */
function escape(text) {
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}

/**
 * @param {{ feeds: readonly Feed[], url: string, httpUrl: string }} server
 */
export function htmlListing(server) {
  const tables = sections(server).map(({ title, base, entries }) => {
    const rows = entries.map(
      ({ example, about }) => `<tr><td><code>${escape(base + example)}</code></td><td>${escape(about)}</td></tr>`
    );
    return `<h2>${title}</h2>\n<table>\n${rows.join('\n')}\n</table>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Freshet feed server</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
  td { padding: 0.15rem 1.5rem 0.15rem 0; vertical-align: top; }
</style>
<h1>Freshet feed server</h1>
${tables.join('\n')}
</html>
`;
}
