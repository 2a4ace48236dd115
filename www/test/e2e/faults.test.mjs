// What goes wrong is said where the user looks, and everything else goes on.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';

import { until } from '../support/feed.mjs';
import { assertSameRows, sentRows } from './compare.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

/** A port on which nothing listens. */
async function deadPort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Reads until a notice holds `text`, and hands back what the panel has then. */
async function readNotice({ source, read, until, notices, rows, stat }, text, target, settings) {
  const reading = read(await source(settings), target);
  await until(() => notices(reading.latest).some((notice) => notice.includes(text)), `a notice with "${text}"`);
  const { latest } = reading;
  return {
    notices: notices(latest),
    state: latest.state,
    rows: rows(latest),
    malformed: stat(latest, 'Malformed messages'),
  };
}

test('malformed messages show as a notice in the panel, and the good rows go on', async (t) => {
  const { page, feed } = await stage.visit(t, { dashboard: 'misbehaving' });
  const panel = page.getByTestId('data-testid Panel header Sends broken JSON');
  const notice = panel.getByTestId('panel-notice-warning').first();
  await notice.waitFor();
  const text = await notice.getAttribute('aria-label');
  assert.match(
    text ?? '',
    /\d+ messages? could not be read and added no rows\. Last error: .+\. The message begins with: (\{"?time"?:|ERROR sensor)/
  );
  await until(() => feed.stats().paths['/malformed'].sent > 20, 'messages');
  await panel.locator('canvas').first().waitFor();
});

test('of a feed with broken messages every row that can be read is there, and every message that cannot is counted', async (t) => {
  const { run, feed } = await stage.open(t);
  const found = await run(async ({ source, read, until, rows, notices, stat }) => {
    const reading = read(await source(), { path: '/malformed?every=3&period=5&count=300' });
    await until(() => stat(reading.latest, 'Messages') === 300, '300 messages');
    const { latest } = reading.stop();
    return {
      rows: rows(latest),
      notices: notices(latest),
      malformed: stat(latest, 'Malformed messages'),
      mended: stat(latest, 'Mended messages'),
      state: latest.state,
    };
  });
  const sent = feed.sent('/malformed').map(String);
  // A hundred are broken, in four ways. NaN and missing quotes cost no row; what is cut off or no JSON at all does.
  const readable = sent.filter((text) => text.endsWith('}'));
  assert.equal(readable.length, 250);
  assertSameRows(
    found.rows,
    readable.map((text) => {
      const [, time, value] = /time"?:(\d+),"?value"?:(NaN|[\d.]+)/.exec(text) ?? [];
      return { time: Number(time), value: value === 'NaN' ? null : Number(value) };
    })
  );
  assert.deepEqual([found.malformed, found.mended], [50, 50]);
  assert.equal(found.state, 'Streaming');
  assert.match(found.notices[0], /^50 messages could not be read/);
  const last = sent.findLast((text) => !readable.includes(text));
  assert.ok(found.notices[0].includes(last?.slice(0, 60)), `${found.notices[0]} does not begin with ${last}`);
  assert.match(found.notices[0], /byte|position|offset|at \d+/, 'the position');
  assert.match(found.notices[1], /^50 messages contained mistakes but could be read: NaN/);
});

test('a message beyond maxMessageBytes is told, and other feeds go on', async (t) => {
  const { run } = await stage.open(t);
  const found = await run(async ({ source, read, until, notices, length, stat }) => {
    const reading = read(await source({ maxMessageBytes: 100_000 }), [
      { refId: 'A', path: '/huge?bytes=100001&period=50' },
      { refId: 'B', path: '/huge?bytes=100000&period=50' },
      { refId: 'C', path: '/counter?period=20' },
    ]);
    await until(
      () => stat(reading.latest, 'Malformed messages', 'A') > 3 && length(reading.latest, 'B') > 3,
      'messages'
    );
    await until(() => length(reading.latest, 'C') > 10, 'rows');
    const { latest } = reading.stop();
    return ['A', 'B', 'C'].map((refId) => ({ length: length(latest, refId), notices: notices(latest, refId) }));
  });
  assert.equal(found[0].length, 0);
  assert.match(found[0].notices.join(), /100000/, 'the limit is named');
  assert.ok(found[1].length > 3, 'a message of exactly the limit is read');
  assert.deepEqual([found[1].notices, found[2].notices], [[], []]);
});

test('the code and the reason of a close are shown, with what will be done about it', async (t) => {
  const { run, feed } = await stage.open(t);
  const target = { path: '/close?after=5&period=5&code=4001&reason=maintenance' };
  const settings = { reconnect: { minMs: 5000, maxMs: 5000 } };
  const found = await run(readNotice, '4001', target, settings);
  assert.match(found.notices.join(), /code 4001, a server-specific code: maintenance\). Retrying (now|in [1-5] s)/);
  assert.equal(found.state, 'Streaming');
  assertSameRows(found.rows, sentRows(feed, '/close'));
});

test('a feed that stays silent is told so', async (t) => {
  const { run } = await stage.open(t);
  const found = await run(readNotice, 'no message has arrived', { path: '/silent' });
  assert.match(found.notices.join(), /Connected to ws:\/\/127.0.0.1:\d+\/silent for \d+ s, but no message has arrived/);
  assert.match(found.notices.join(), /whether the feed needs a subscribe message/, 'what could be right');
  assert.equal(found.state, 'Streaming');
});

test('a graph of hours is told that its rows are a hairline, and another panel or range nothing', async (t) => {
  const { run } = await stage.open(t);
  const told = (from, panelPluginId) =>
    run(
      async ({ source, read, until, notices, rows }, options) => {
        const reading = read(await source(), { path: '/simple?period=20' }, options);
        await until(() => rows(reading.latest).length > 20, 'rows');
        return notices(reading.stop().latest);
      },
      { from, panelPluginId }
    );
  const [notice, ...others] = await told('now-6h', 'timeseries');
  assert.match(
    notice,
    /^Rows cover the last \d+ s of a time range of 6 h\. Choose a shorter one, such as Last 5 minutes\.$/
  );
  assert.deepEqual(others, []);
  assert.deepEqual(await told('now-6h', 'stat'), []);
  assert.deepEqual(await told('now-5m', 'timeseries'), []);
});

test('a graph whose only numbers are in quotes is told which field that is', async (t) => {
  const { run } = await stage.open(t);
  const told = (field, panelPluginId) =>
    run(
      async ({ source, read, until, notices, rows }, field, options) => {
        const fields = [{ path: '$.product_id', role: 'label' }, field];
        const reading = read(await source(), { path: '/replay/coinbase-ticker?loop=1&speed=20', fields }, options);
        await until(() => rows(reading.latest).length > 2, 'rows');
        return notices(reading.stop().latest);
      },
      field,
      { panelPluginId }
    );
  const [notice, ...others] = await told({ path: '$.price' }, 'timeseries');
  assert.match(
    notice,
    /^Nothing to draw: price holds numbers in quotes, such as "[\d.]+"\. Set the field's type to Number\.$/
  );
  assert.deepEqual(others, []);
  assert.deepEqual(await told({ path: '$.price', type: 'number' }, 'timeseries'), []);
  assert.deepEqual(await told({ path: '$.price' }, 'table'), []);
});

test('a connection that goes silent is replaced when an idle time-out is set', async (t) => {
  const { run, feed } = await stage.open(t);
  const settings = { idleTimeoutMs: 300, reconnect: { minMs: 50, maxMs: 50 } };
  await run(
    async ({ source, read }, settings) => void read(await source(settings), { path: '/simple?count=5&period=10' }),
    settings
  );
  await until(() => feed.stats().opened >= 3, 'a third connection');
});

test('a server that refuses is named in a notice, with the reason as far as a page can know it', async (t) => {
  const { run } = await stage.open(t);
  const found = await run(readNotice, 'Not connected', { path: '/unauthorized' });
  assert.match(
    found.notices.join(),
    /Not connected to ws:\/\/.*\/unauthorized \(code 1006, the connection was dropped or refused, or the handshake failed\)/
  );
});

test('when the attempts are used up the panel shows an error, and its other queries go on', async (t) => {
  const { run } = await stage.open(t);
  const dead = await deadPort();
  const found = await run(async ({ source, read, until, length }, url) => {
    const settings = { reconnect: { minMs: 50, maxMs: 50, maxAttempts: 2 } };
    const gone = read(await source(settings, { url }), { path: '/simple' });
    const mixed = read(await source(settings), [
      { refId: 'A', path: '/forbidden' },
      { refId: 'B', path: '/counter?period=20' },
    ]);
    await until(() => gone.latest?.state === 'Error', 'an error');
    await until(() => mixed.latest?.errors?.length && length(mixed.latest, 'B') > 5, 'an error and rows');
    const before = length(mixed.latest, 'B');
    await until(() => length(mixed.latest, 'B') > before + 10, 'more rows');
    return { gone: gone.latest.errors, mixed: mixed.latest.errors, error: mixed.latest.error };
  }, `ws://127.0.0.1:${dead}`);
  const message = (path) =>
    new RegExp(`Not connected to ws://127.0.0.1:\\d+${path}: gave up after 2 retries \\(code 1006`);
  assert.match(found.gone[0].message, message('/simple'));
  assert.deepEqual(
    found.mixed.map(({ refId }) => refId),
    ['A']
  );
  assert.match(found.mixed[0].message, message('/forbidden'));
  assert.deepEqual(found.error, found.mixed[0], 'older versions of Grafana look at "error"');
});

/**
 * What is wrong in a query, and the parts its message must have: the field, the value, and what would be right.
 * @type {[object, string, string, RegExp][]}
 */
const INVALID = [
  [
    { path: 'http://elsewhere.example/feed' },
    'path',
    'http://elsewhere.example/feed',
    /enter only the part that follows/,
  ],
  [{ path: '/../admin' }, 'path', '/../admin', /must stay below the data source's URL/],
  [{ fields: [{ path: '$.value' }, { path: '$..[' }] }, 'fields[1].path', '$..[', /./],
  [{ fields: [{ path: 'value' }] }, 'fields[0].path', 'value', /\$/],
  [{ fields: [{ path: '$.value', type: 'float' }] }, 'fields[0].type', 'float', /number, string, boolean/],
  [{ capacity: 0 }, 'capacity', '0', /from 1 to 10000000/],
  [{ maxRate: 'fast' }, 'maxRate', 'fast', /must be a number/],
  [
    { format: 'xml' },
    'format',
    'xml',
    /use auto, json, ndjson, influx, csv, logfmt, msgpack, cbor, text, nats or socketio/,
  ],
  [
    { backfill: { url: 'http://elsewhere.example/' } },
    'backfill.url',
    'http://elsewhere.example/',
    /enter only the part that follows/,
  ],
];

for (const [wrong, field, value, right] of INVALID) {
  test(`an invalid ${field} (${value}) is an error that names both and says what would be right`, async (t) => {
    const { run, feed } = await stage.open(t);
    const { errors, more } = await run(async ({ source, mount, until, length }, wrong) => {
      const { uid } = await source();
      const good = { path: '/counter?period=20' };
      const board = mount({
        dataSource: uid,
        panels: [
          {
            targets: [
              { refId: 'A', ...good, ...wrong },
              { refId: 'B', ...good },
            ],
          },
          { targets: [{ refId: 'A', ...good }] },
        ],
      });
      await until(
        () => board.data(0)?.errors?.length && length(board.data(0), 'B') > 3 && length(board.data(1)) > 3,
        'all'
      );
      return { errors: board.data(0).errors, more: length(board.data(0), 'A') };
    }, wrong);
    assert.deepEqual(
      errors.map(({ refId }) => refId),
      ['A']
    );
    const [{ message }] = errors;
    assert.ok(message.includes(field), `"${message}" does not name ${field}`);
    assert.ok(message.includes(value), `"${message}" does not name ${value}`);
    assert.match(message, right);
    assert.equal(more, 0);
    assert.equal(feed.stats().opened, 1, 'the wrong query opens no connection');
  });
}

test('an error ends with the next good query, without a reload', async (t) => {
  const { run } = await stage.open(t);
  await run(async ({ source, mount, until, length }) => {
    const { uid } = await source();
    const board = mount({ dataSource: uid, panels: [{ targets: [{ refId: 'A', path: '/counter', capacity: -1 }] }] });
    await until(() => board.data(0)?.state === 'Error', 'the error');
    board.setQueries(0, [{ refId: 'A', path: '/counter' }]);
    await until(() => board.data(0)?.state === 'Streaming' && length(board.data(0)) > 5, 'rows');
    if (board.data(0).errors?.length) {
      throw new Error(`the error stays: ${JSON.stringify(board.data(0).errors)}`);
    }
  });
});

test('messages without any value for the chosen fields are told, with the hint to check the paths', async (t) => {
  const { run } = await stage.open(t);
  const target = { path: '/simple?period=20', fields: [{ path: '$.nothing.here' }] };
  const found = await run(readNotice, 'none contained a value', target);
  assert.match(
    found.notices.join(),
    /\d+ messages? arrived, but none contained a value for this query. Check the paths of its fields./
  );
});
