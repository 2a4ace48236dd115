// The fault matrix: real faults on real sockets between the built plugin in a browser and a server, through a proxy. Of
// each fault three things are demanded: the stream resumes, every row that was sent on a working connection is in the
// frame exactly once, and the panel says what happened. The results make the table of docs/faults.md.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { test } from 'node:test';

import { launch } from '../support/browser.mjs';
import { runner, SWITCHES } from '../support/page.mjs';
import { BROKER, MISSING } from './faults/brokers.mjs';
import { BROWSER } from './faults/browser.mjs';
import { HANDSHAKES } from './faults/handshakes.mjs';
import { openTab } from './faults/hidden.mjs';
import { NETWORK } from './faults/network.mjs';
import { PLANNED } from './faults/planned.mjs';
import { PROTOCOLS } from './faults/protocols.mjs';
import { SERVER } from './faults/serverFaults.mjs';
import { undergo } from './faults/stand.mjs';
import { page } from './faults/table.mjs';
import { KIT, setStage } from './stage.mjs';

/**
 * @typedef {import('node:test').TestContext} TestContext
 * @typedef {import('./faults/stand.mjs').Fault} Fault
 */

const stage = setStage();

const PAGE = new URL('../../../docs/faults.md', import.meta.url);

/** How many faults happen at the same time: on the page that they share, and on pages of their own. */
const TOGETHER = 16;
const PAGES = 3;

const GROUPS = [
  { title: 'The network', faults: NETWORK },
  { title: 'The server', faults: SERVER },
  { title: 'Planned ends, and a server that does not read', faults: PLANNED },
  { title: 'What is said over the socket', faults: PROTOCOLS },
  { title: 'Handshakes, acknowledgements and logins', faults: HANDSHAKES },
  { title: 'Real servers', faults: BROKER },
  { title: 'The browser', faults: BROWSER },
];

/** @type {Map<Fault, import('./faults/stand.mjs').Result>} */
const results = new Map();

for (const { title, faults } of GROUPS.filter(({ faults }) => faults.some(({ alone }) => !alone))) {
  const together = faults.filter(({ alone }) => !alone);
  test(title, { concurrency: TOGETHER }, async (t) => {
    const harness = await stage.open(t, { fresh: true });
    const undergone = together.map((fault) =>
      t.test(fault.name, async (t) => void results.set(fault, await undergo(t, fault, harness)))
    );
    await Promise.all(undergone);
  });
}

test('faults on pages of their own', { concurrency: PAGES }, async (t) => {
  await Promise.all(
    GROUPS.flatMap(({ faults }) => faults)
      .filter(({ alone }) => alone)
      .map((fault) =>
        t.test(fault.name, async (t) => {
          const harness = await (fault.inTab ? openInTab(t) : openOwn(t, fault.errors));
          results.set(fault, await undergo(t, fault, harness));
        })
      )
  );
});

test('docs/faults.md tells what was found', { skip: MISSING }, async () => {
  const groups = GROUPS.map(({ title, faults }) => ({ title, results: faults.map(resultOf) }));
  const made = await page(groups);
  if (process.env.FRESHET_GENERATE) {
    await writeFile(PAGE, made);
  }
  assert.equal(await readFile(PAGE, 'utf8'), made, 'stale: run npm run faults');
});

/** @param {Fault} fault */
function resultOf(fault) {
  const result = results.get(fault);
  assert.ok(result, `"${fault.name}" has no result`);
  return result;
}

/** @param {TestContext} t @param {RegExp} [faults] */
async function openOwn(t, faults) {
  const { run, page } = await stage.open(t, { fresh: true, faults });
  return { run, page, own: page };
}

/** A tab of a browser that slows hidden pages down. @param {TestContext} t */
async function openInTab(t) {
  const { site } = await stage.open(t);
  const browser = await launch({ args: SWITCHES, slowsHidden: true });
  t.after(() => browser.close());
  const tab = await openTab(browser, new URL('harness.html', site.url).href, await readFile(KIT, 'utf8'));
  await tab.ready();
  const page = { evaluate: tab.evaluate };
  return { run: runner(page), page, tab };
}
