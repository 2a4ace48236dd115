// Faults of the browser and of the machine it runs on. Each has a page of its own.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { KIT } from '../stage.mjs';
import { seeInstances, useUpMemory } from './engine.mjs';
import { DROPPED, IDLE } from './network.mjs';
import { SOCKET_IO, speakSocketIo } from './protocols.mjs';

/**
 * @typedef {import('./stand.mjs').Fault} Fault
 * @typedef {import('./stand.mjs').Stand} Stand
 */

/** The page of a fault that has one of its own. @param {Stand} stand */
function pageOf({ harness: { own } }) {
  assert.ok(own, 'the fault is not marked as `alone`');
  return own;
}

/** The browser's own interface to it. @param {Stand} stand */
const devtools = (stand) => pageOf(stand).context().newCDPSession(pageOf(stand));

/** The connection is dead from here on, and nobody is told. @param {Stand} stand */
function losesAll({ proxy }) {
  proxy.lose('down');
  proxy.lose('up');
}

/** Freezes the page, as a browser does with tabs in the background. @param {Stand} stand @param {() => Promise<unknown>} meanwhile */
async function frozen(stand, meanwhile) {
  const session = await devtools(stand);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  await meanwhile();
  await session.send('Page.setWebLifecycleState', { state: 'active' });
}

/** Takes the network away, as the browser knows. @param {Stand} stand @param {() => Promise<unknown>} meanwhile */
async function offline(stand, meanwhile) {
  const page = pageOf(stand);
  const context = page.context();
  await page.evaluate(() => {
    const told = new Promise((resolve) => window.addEventListener('offline', () => resolve(undefined), { once: true }));
    Object.assign(window, { told });
  });
  await context.setOffline(true);
  // The page hears of it a little later: what is done now is to come after that.
  await page.evaluate(() => /** @type {any} */ (window).told);
  await meanwhile();
  await context.setOffline(false);
}

const OFFLINE = /^Not connected to \S+: this browser is offline/;

/** Sets the clock of the page. @param {Stand} stand @param {number} hours */
const setClock = (stand, hours) =>
  stand.run((_kit, _panel, hours) => {
    const { now } = Date;
    Date.now = () => now() + hours * 3_600_000;
  }, hours);

/** Keeps the page's thread for 5 s. */
function block() {
  const end = performance.now() + 5000;
  while (performance.now() < end) {
    // Nothing else runs.
  }
}

/** A clock that goes wrong while rows come, and right again. @param {string} way @param {number} hours @param {string} messages @returns {Fault} */
const clock = (way, hours, messages) => ({
  name: `the clock is set an hour ${way}, the connection is cut, and the clock is set right`,
  says: new RegExp(`^The time in the messages is 1 h ${messages} this browser's clock`),
  connection: 'is replaced',
  alone: true,
  happens: async (stand) => {
    await setClock(stand, hours);
    await stand.shows(stand.server.next + 20);
    await stand.doubt();
    stand.proxy.cut();
    await stand.connected();
    await stand.shows(stand.server.next + 20);
    await setClock(stand, -hours);
  },
});

/**
 * Another tab is in front. What a browser does with the timers of a hidden page is what counts here, so it is made sure
 * that it does it.
 * @param {Stand} stand @param {() => Promise<unknown>} meanwhile
 */
async function hidden(stand, meanwhile) {
  const { tab } = stand.harness;
  assert.ok(tab, 'the fault is not marked as `inTab`');
  await tab.hide();
  await stand.run((_kit, panel) => {
    panel.wakes = [];
    panel.timer = setInterval(() => panel.wakes.push(performance.now()), 50);
  });
  await meanwhile();
  const seen = await stand.run((_kit, { wakes, timer }) => {
    clearInterval(timer);
    return { state: document.visibilityState, pause: Math.max(...wakes.map((at, i) => at - (wakes[i - 1] ?? at))) };
  });
  stand.demands.push(() => {
    assert.equal(seen.state, 'hidden');
    assert.ok(seen.pause > 500, `timers of the hidden page were at most ${seen.pause} ms apart`);
  });
  await tab.show();
}

/** @type {Fault[]} */
export const BROWSER = [
  {
    name: 'the main thread is blocked for 5 s',
    says: null,
    connection: 'stays',
    alone: true,
    happens: (stand) => stand.run(block),
  },
  {
    name: 'the main thread is blocked for 5 s, and the connection is cut meanwhile',
    says: DROPPED,
    connection: 'is replaced',
    alone: true,
    happens: async (stand) => {
      await stand.doubt();
      const blocked = stand.run(block);
      await sleep(1000);
      stand.proxy.cut();
      await blocked;
      await stand.connected();
    },
  },
  {
    name: 'Socket.IO: the main thread is blocked for 5 s, longer than the server promised to be silent, which goes on',
    says: null,
    connection: 'stays',
    alone: true,
    target: SOCKET_IO,
    before: ({ server }) => speakSocketIo(server),
    happens: (stand) => stand.run(block),
  },
  {
    name: 'Socket.IO: the page is frozen for 5 s, longer than the server promised to be silent, which goes on',
    says: null,
    connection: 'stays',
    alone: true,
    target: SOCKET_IO,
    before: ({ server }) => speakSocketIo(server),
    happens: (stand) => frozen(stand, () => sleep(5000)),
  },
  {
    name: 'the page is hidden for 15 s: its timers run once a second',
    says: null,
    connection: 'stays',
    alone: true,
    inTab: true,
    happens: (stand) => hidden(stand, () => sleep(15_000)),
  },
  {
    name: 'the connection is cut while the page is hidden',
    says: DROPPED,
    connection: 'is replaced',
    alone: true,
    inTab: true,
    happens: (stand) =>
      hidden(stand, async () => {
        await sleep(10_000);
        await stand.doubt();
        stand.proxy.cut();
        await stand.connected();
        await stand.shows(stand.server.next + 10);
      }),
  },
  {
    name: 'the page is frozen for 5 s and resumed',
    says: null,
    connection: 'stays',
    alone: true,
    happens: (stand) => frozen(stand, () => sleep(5000)),
  },
  {
    name: 'the connection is cut while the page is frozen',
    says: DROPPED,
    connection: 'is replaced',
    alone: true,
    happens: async (stand) => {
      await stand.doubt();
      await frozen(stand, async () => {
        stand.proxy.cut();
        await sleep(2000);
      });
      await stand.connected();
    },
  },
  {
    name: 'the machine sleeps: frozen, and the connection is dead without an end when it wakes (with `idleTimeoutMs`)',
    says: /^Not connected to \S+ \(no message arrived within idleTimeoutMs\)/,
    connection: 'is replaced',
    settings: IDLE,
    alone: true,
    happens: async (stand) => {
      await stand.doubt();
      await frozen(stand, async () => {
        losesAll(stand);
        await sleep(3000);
      });
      await stand.connected();
    },
  },
  {
    name: 'the page is frozen, and the connection is dead without an end when it goes on (without `idleTimeoutMs`)',
    says: null,
    connection: 'is replaced',
    alone: true,
    happens: async (stand) => {
      await stand.doubt();
      await frozen(stand, async () => {
        losesAll(stand);
        await sleep(1000);
      });
      // Headless Chromium does not tell the page, as a browser with windows does (Page Lifecycle, §4.2).
      await stand.run(() => void document.dispatchEvent(new Event('resume')));
      await stand.connected();
    },
  },
  {
    name: 'offline, as the browser knows, and the connection is dead without an end when it is back (without `idleTimeoutMs`)',
    says: /^Nothing comes from \S+: this browser is offline/,
    connection: 'is replaced',
    alone: true,
    happens: async (stand) => {
      await stand.doubt();
      await offline(stand, async () => {
        losesAll(stand);
        await stand.says(/^Nothing comes from \S+: this browser is offline/);
      });
      await stand.connected();
    },
  },
  {
    name: 'refused, and offline for 3 s, as the browser knows: nothing is tried, and at once when it is back',
    says: OFFLINE,
    connection: 'is replaced',
    alone: true,
    happens: async (stand) => {
      await stand.doubt();
      // Before it is offline: Chromium may hold back the end of a socket from then on, until it is back.
      stand.proxy.refuse();
      stand.proxy.cut();
      await stand.says(DROPPED);
      await offline(stand, async () => {
        await stand.says(OFFLINE);
        await stand.proxy.listen();
        const { asked } = stand.server;
        // Ten pauses between attempts.
        await sleep(3000);
        const tried = stand.server.asked - asked;
        stand.demands.push(() => assert.equal(tried, 0, 'attempts while it was offline'));
      });
      await stand.connected();
    },
  },
  clock('ahead', 1, 'behind'),
  clock('back', -1, 'ahead of'),
  {
    name: 'memory runs short, as the browser knows',
    says: null,
    connection: 'stays',
    alone: true,
    happens: async (stand) => {
      const session = await devtools(stand);
      await session.send('Memory.simulatePressureNotification', { level: 'critical' });
      await stand.run(({ collectGarbage }) => collectGarbage());
    },
  },
  {
    name: 'the tab is duplicated, and the first one closed',
    says: null,
    connection: 'stays',
    alone: true,
    happens: async (stand) => {
      const own = pageOf(stand);
      const copy = await own.context().newPage();
      await copy.addInitScript({ path: KIT });
      await copy.goto(own.url());
      await copy.waitForFunction(() => 'harnessReady' in window);
      stand.others += 1;
      const last = await copy.evaluate(readCopy, stand.proxy.url);
      await stand.shows(last);
      await copy.close();
    },
  },
  {
    name: 'the data source is saved without a change',
    says: null,
    connection: 'stays',
    alone: true,
    happens: (stand) => stand.run(save, stand.proxy.url, stand.settings),
  },
  {
    name: 'the data source is saved with another idle time-out',
    says: null,
    connection: 'is replaced',
    alone: true,
    happens: async (stand) => {
      await stand.settle();
      stand.forget();
      stand.server.flow(stand.periodMs);
      await stand.run(save, stand.proxy.url, { ...stand.settings, idleTimeoutMs: 60_000 });
      await stand.connected();
    },
  },
  {
    name: 'the engine stops (a trap in its WebAssembly)',
    says: /^Freshet's engine stopped at .+ and was started again\. Rows received before/,
    connection: 'is replaced',
    keepsSaying: true,
    alone: true,
    errors: /RuntimeError/,
    settings: { maxMessageBytes: 64 * 1024 * 1024 },
    before: (stand) => stand.harness.run(seeInstances),
    happens: async (stand) => {
      await stand.settle();
      await stand.harness.run(useUpMemory);
      stand.forget();
      stand.server.open.forEach(({ ws }) => ws.send(`{"pad":"${'x'.repeat(2_000_000)}"}`));
      await stand.connected();
    },
  },
  {
    name: '200 sockets, all cut at once',
    says: DROPPED,
    connection: 'is replaced',
    alone: true,
    happens: async (stand) => {
      stand.periodMs = 250;
      stand.server.flow(stand.periodMs);
      await stand.run(openMore, 199);
      await stand.doubt();
      stand.proxy.cut();
      await stand.connected(400);
      await stand.run(allShow, stand.server.next);
      const wrong = await stand.run(checkMore);
      stand.demands.push(() => assert.deepEqual(wrong, [], 'rows twice or out of order'));
    },
  },
];

/** A panel in another tab reads the same feed; hands back the last value it has. */
async function readCopy(url) {
  const { kit, harnessReady } = /** @type {any} */ (window);
  const harness = await harnessReady;
  const dataSource = await harness.createDataSource({ uid: 'copy', url, jsonData: { lingerMs: 300 } });
  const reading = kit.read(dataSource, {});
  await kit.until(() => kit.length(reading.latest) > 10, 'rows in the copy');
  const values = kit.values(reading.latest);
  const wrong = values.find((value, i) => i > 0 && value !== values[i - 1] + 1);
  if (wrong !== undefined) {
    throw new Error(`the copy shows ${wrong} too early`);
  }
  return values.at(-1);
}

/** What Grafana does when a data source is saved: there is a new instance, which the panel asks, and the old is left. */
async function save({ source, read, until, field }, panel, url, settings) {
  const before = panel.reading;
  const onValue = (data) => panel.look(data);
  panel.reading = read(await source(settings, { url, uid: panel.uid }), panel.target, { onValue });
  before.stop();
  await until(() => field(panel.reading.latest, 'value'), 'rows');
}

async function openMore({ read, until, length, sleep }, panel, count) {
  const paths = Array.from({ length: count }, (_, n) => `/${n}`);
  panel.more = paths.map((path) => read(panel.dataSource, { path }));
  await until(() => panel.more.every(({ latest }) => length(latest) > 2) || sleep(50), 'rows on all', 60_000);
}

async function allShow({ until, field, sleep }, { more }, value) {
  const last = ({ latest }) => field(latest, 'value')?.values.at(-1) ?? -1;
  await until(() => more.every((reading) => last(reading) > value) || sleep(50), 'new rows on all', 60_000);
}

/** The paths of those whose rows stand twice or in a wrong order. */
function checkMore({ values }, { more }) {
  const isWrong = ({ latest }) => values(latest).some((value, i, all) => i > 0 && value <= all[i - 1]);
  return more.flatMap((reading, n) => (isWrong(reading) ? [`/${n}`] : []));
}
