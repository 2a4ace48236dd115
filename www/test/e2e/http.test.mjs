// Server-Sent Events and streamed HTTP: over real HTTP, across origins and through Grafana's proxy.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';

import { until } from '../support/feed.mjs';
import { assertConsecutive, assertSameRows, sentRows } from './compare.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

/** @typedef {import('node:test').TestContext} TestContext */

/** Reads `goal` rows of a path; hands back the rows, the statistics and what the panel said last. */
async function readRows({ source, read, until, rows, stat, notices }, settings, target, goal, more = {}) {
  const said = new Set();
  const reading = read(await source({ reconnect: { minMs: 50, maxMs: 200 }, ...settings }, more), target, {
    onValue: (data) => notices(data).forEach((text) => said.add(text)),
  });
  await until(() => stat(reading.latest, 'Rows') >= goal, `${goal} rows`);
  const { latest } = reading.stop();
  const numbers = ['Connection: reconnects', 'Connection: messages', 'Connection: last HTTP status'];
  const stats = Object.fromEntries(numbers.map((name) => [name, stat(latest, name)]));
  return { rows: rows(latest), said: [...said], notices: notices(latest), stats };
}

/** Reads until the panel says something that matches. */
async function readNotice({ source, read, until, notices, stat }, settings, target, pattern, more = {}) {
  const reading = read(await source(settings, more), target);
  const texts = () => [...notices(reading.latest), ...(reading.latest?.errors ?? []).map(({ message }) => message)];
  await until(() => texts().some((text) => new RegExp(pattern).test(text)), pattern);
  const { latest } = reading.stop();
  return { texts: texts(), state: latest.state, status: stat(latest, 'Connection: last HTTP status') };
}

/** Where a server listens for one test. @param {TestContext} t @param {import('node:http').Server} server */
async function address(t, server) {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}` };
}

/**
 * Rows of a panel against those that were sent: each of them, once, in order. What waits in the page when a response breaks
 * is dropped by the browser, so a server may have sent more.
 */
function assertAmong(rows, sent) {
  let at = -1;
  for (const row of rows) {
    const next = sent.findIndex((other, i) => i > at && isDeepStrictEqual(other, row));
    assert.notEqual(next, -1, `${JSON.stringify(row)} was not sent after place ${at}`);
    at = next;
  }
}

const valuesOf = (found) => found.rows.map(({ value }) => value);

for (const [transport, path] of [
  ['sse', '/sse'],
  ['http', '/ndjson'],
]) {
  test(`${transport}: the rows that were sent, from another origin, and the response ends with the last reader`, async (t) => {
    const { run, feed } = await stage.open(t);
    const found = await run(readRows, { transport }, { path: `${path}?period=5` }, 60);
    assertSameRows(found.rows, sentRows(feed, path).slice(0, found.rows.length));
    assert.deepEqual(found.said, []);
    assert.equal(found.stats['Connection: last HTTP status'], 200);
    await until(() => feed.stats().connections === 0, 'the response to end');
    assert.equal(feed.stats().opened, 1);
  });

  test(`${transport}: panels share a response, and one that comes later is filled from the journal`, async (t) => {
    const { run, feed } = await stage.open(t);
    const shown = await run(
      async ({ source, read, until, values }, transport, path) => {
        const dataSource = await source({ transport });
        const first = read(dataSource, { path });
        await until(() => values(first.latest).length > 30, 'rows');
        const late = read(dataSource, { path, fields: [{ path: '$.value', name: 'n' }] });
        await until(() => values(late.latest, 'n').length > 40, 'rows of the second');
        return [values(first.latest), values(late.latest, 'n')];
      },
      transport,
      `${path}?period=5`
    );
    shown.forEach((values) => assertConsecutive(values, 0));
    assert.equal(feed.stats().opened, 1);
  });

  test(`${transport}: a response that is cut in the middle of a record is requested again, and no half row is shown`, async (t) => {
    const { run, feed } = await stage.open(t);
    const target = { path: `${path}?period=5&after=15` };
    const { rows, said, stats } = await run(readRows, { transport }, target, 60);
    assertAmong(rows, sentRows(feed, path));
    assert.ok(stats['Connection: reconnects'] >= 3);
    assert.ok(
      said.every((text) => /Not connected to http:.*the response was cut off/.test(text)),
      said.join()
    );
    if (transport === 'sse') {
      assertConsecutive(
        rows.map(({ value }) => value),
        0
      );
      const [first, ...others] = feed.stats().received.map(({ text }) => text);
      assert.equal(first, 'GET');
      const ids = others.map((text) => Number(/^GET after (\d+)$/.exec(text)?.[1]));
      ids.forEach((id, i) => assert.ok(id > (ids[i - 1] ?? -1) && id <= (ids[i - 1] ?? -1) + 15, `${others}`));
    } else {
      // Rows are missing at the end of a response only; each begins with 0.
      rows.forEach(({ value }, i) => assert.ok(value === 0 || value === rows[i - 1]?.value + 1, `row ${i}: ${value}`));
    }
  });

  test(`${transport}: through the proxy, which adds the basic auth that no viewer can read`, async (t) => {
    const { run, feed, page } = await stage.open(t);
    const secret = `Basic ${Buffer.from('grafana:s3cret').toString('base64')}`;
    const target = { path: `${path}?period=5&cors=0&secret=${encodeURIComponent(secret)}` };
    const url = feed.httpUrl;
    /** @type {string[]} */
    const requested = [];
    const note = (request) => requested.push(`${request.url()} ${JSON.stringify(request.headers())}`);
    page.on('request', note);
    t.after(() => page.off('request', note));
    const auth = { basicAuth: true, basicAuthUser: 'grafana', secureJsonData: { basicAuthPassword: 's3cret' } };
    const found = await run(readRows, { transport }, target, 40, { url, access: 'proxy', ...auth });
    assertConsecutive(valuesOf(found), 0);
    // Firefox still tells of the last requests of the test before.
    const streams = requested.filter((text) => text.includes(`${path}?period=5&cors=0&secret=`));
    assert.match(streams[0], /^http:\/\/127\.0\.0\.1:\d+\/api\/datasources\/proxy\/uid\/feed-\d+\//);
    assert.ok(
      streams.every((text) => !/authorization/i.test(text)),
      'the browser knows no credentials'
    );
    await until(() => feed.stats().connections === 0, 'the response behind the proxy to end');
    const wrong = { ...auth, secureJsonData: { basicAuthPassword: 'wrong' } };
    const refused = await run(readNotice, { transport }, target, 'answered 401', { url, access: 'proxy', ...wrong });
    assert.match(refused.texts.join(), /the credentials of the data source are wrong/);
  });
}

test('a server that pauses the client with Retry-After is not asked sooner', async (t) => {
  const { run, feed } = await stage.open(t);
  const target = { path: '/sse?period=5&status=503&times=1&retryAfter=2' };
  const begun = performance.now();
  const { rows, said, stats } = await run(readRows, { transport: 'sse' }, target, 10);
  assert.ok(performance.now() - begun > 2000, 'two seconds have passed');
  assertConsecutive(
    rows.map(({ value }) => value),
    0
  );
  assert.match(
    said.join(),
    /Not connected to http:.*\(the server answered 503 Service Unavailable: .*Retrying (now|in [123] s)/
  );
  assert.equal(stats['Connection: last HTTP status'], 200);
  assert.equal(feed.stats().paths['/sse'].refused, 1);
});

for (const [status, advice] of /** @type {const} */ ([
  [401, 'requires credentials.*Server \\(proxy\\)'],
  [403, 'requires credentials.*Server \\(proxy\\)'],
  [404, 'nothing at this path'],
  [429, 'too many requests'],
  [500, 'has failed'],
])) {
  test(`status ${status} is told with what to do`, async (t) => {
    const { run } = await stage.open(t);
    const settings = { transport: 'http', reconnect: { minMs: 50 } };
    const found = await run(
      readNotice,
      settings,
      { path: `/ndjson?status=${status}` },
      `answered ${status} .*${advice}`
    );
    assert.deepEqual([found.state, found.status], ['Streaming', status]);
  });
}

test('204 ends an event stream for good', async (t) => {
  const { run, feed } = await stage.open(t);
  const found = await run(readNotice, { transport: 'sse' }, { path: '/sse?status=204' }, 'asks not to reconnect');
  assert.equal(found.state, 'Error');
  assert.equal(feed.stats().paths['/sse'].refused, 1);
});

test('a server that does not allow the page to read it says so, as far as a browser can know', async (t) => {
  const { run } = await stage.open(t);
  const found = await run(readNotice, { transport: 'sse' }, { path: '/sse?cors=0' }, 'does not allow requests');
  assert.match(found.texts.join(), /could not be reached, or does not allow requests from this page \(CORS\)/);
});

test('another type of answer names the setting that is wrong', async (t) => {
  const { run } = await stage.open(t);
  await run(readNotice, { transport: 'http' }, { path: '/sse' }, 'set the transport of the data source to "sse"');
  await run(readNotice, { transport: 'sse' }, { path: '/ndjson' }, 'set the transport to "http"');
  await run(readNotice, { transport: 'sse' }, { path: '/' }, 'a web page');
});

test('only the events that the query names are read', async (t) => {
  const { run } = await stage.open(t);
  const target = { path: '/sse?period=5&events=price,,trade', event: 'trade, message' };
  const found = await run(readRows, { transport: 'sse' }, target, 30);
  assert.ok(valuesOf(found).every((value, i) => value % 3 !== 0 && value === i + 1 + Math.floor(i / 2)));
});

test('comments keep a silent stream alive, and a stream without them is replaced', async (t) => {
  const { run, feed } = await stage.open(t);
  const settings = { transport: 'sse', idleTimeoutMs: 600, lingerMs: 5000 };
  await run(async ({ source, read, sleep, until, length, shelf }, settings) => {
    shelf.alive = read(await source(settings), { path: '/sse?period=5&count=5&alive=100' });
    await until(() => length(shelf.alive.latest) === 5, 'rows');
    await sleep(2000);
  }, settings);
  assert.equal(feed.stats().opened, 1);
  await run(async ({ source, read, shelf }, settings) => {
    shelf.alive.stop();
    read(await source(settings), { path: '/sse?period=5&count=5' });
  }, settings);
  // Asked of the server: in Firefox a response begins for the page with the first byte of its body, and none comes.
  await until(() => feed.stats().opened >= 3, 'another request');
});

test('an id that is no ASCII is sent back as UTF-8', async (t) => {
  /** @type {Array<string | undefined>} */
  const asked = [];
  const server = createServer((request, response) => {
    const id = request.headers['last-event-id'];
    if (request.method === 'GET') {
      asked.push(typeof id === 'string' ? Buffer.from(id, 'latin1').toString() : undefined);
    }
    const allowed = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*' };
    response.writeHead(200, { ...allowed, 'Content-Type': 'text/event-stream' });
    response.end('id: größe→1\ndata: {"value":1}\n\n');
  });
  const { run } = await stage.open(t);
  const found = await run(
    readRows,
    { transport: 'sse' },
    { fields: [{ path: '$.value' }] },
    2,
    await address(t, server)
  );
  assert.deepEqual(valuesOf(found).slice(0, 2), [1, 1]);
  assert.deepEqual(asked.slice(0, 2), [undefined, 'größe→1']);
});

test('lines of CSV and of the InfluxDB line protocol, the last one without an end', async (t) => {
  const bodies = /** @type {Record<string, string>} */ ({
    '/csv': 'time,value\r\n1700000000000,1\r\n1700000001000,2\r\n1700000002000,3',
    '/influx':
      'm,host=a value=1 1700000000000000000\nm,host=a value=2 1700000001000000000\nm,host=a value=3 1700000002000000000',
  });
  const server = createServer((request, response) => {
    const body = bodies[request.url ?? ''] ?? '';
    response.writeHead(200, { 'Access-Control-Allow-Origin': '*', 'Content-Type': 'text/plain' });
    // In small pieces, cut anywhere.
    const pieces = body.match(/[^]{1,7}/g) ?? [];
    const timer = setInterval(() => {
      const piece = pieces.shift();
      if (piece === undefined) {
        clearInterval(timer);
        response.end();
      } else {
        response.write(piece);
      }
    }, 5);
  });
  const { run } = await stage.open(t);
  const { url } = await address(t, server);
  const csv = await run(readRows, { transport: 'http' }, { path: '/csv', format: 'csv', csv: { header: true } }, 3, {
    url,
  });
  assert.deepEqual(valuesOf(csv).slice(0, 3), [1, 2, 3]);
  const fields = [
    { path: '$.timestamp', role: 'time' },
    { path: '$.fields.value', name: 'value' },
  ];
  const influx = await run(readRows, { transport: 'http' }, { path: '/influx', fields }, 3, { url });
  assert.deepEqual(valuesOf(influx).slice(0, 3), [1, 2, 3]);
});

test('what cannot be asked over HTTP is an error that names the option', async (t) => {
  const { run, feed } = await stage.open(t);
  const target = { path: '/sse', subscribe: '{"op":"sub"}' };
  const found = await run(readNotice, { transport: 'sse' }, target, '^subscribe is ".*over which nothing can be sent');
  assert.equal(found.state, 'Error');
  assert.equal(feed.stats().opened, 0);
});

test('"Save & test" shows the first message, and what is wrong', async (t) => {
  const { run } = await stage.open(t);
  const check = async ({ source }, path, transport) => {
    const { status, message } = await (await source({ transport }, { url: window.feedUrl + path })).testDatasource();
    return `${status}: ${message}`;
  };
  assert.match(
    await run(check, '/sse?period=20', 'sse'),
    /^success: Connected to .*First message after \d+ ms: {"time":\d+,"value":0}/
  );
  assert.match(
    await run(check, '/ndjson?status=401', 'http'),
    /^error: Not connected to http:.*answered 401 Unauthorized/
  );
  assert.match(await run(check, '/ndjson?after=0&count=0&cors=0', 'http'), /^error: .*\(CORS\)/);
});

test('a data source that names no transport reads a WebSocket, also with an http:// URL', async (t) => {
  const { run, feed } = await stage.open(t);
  const found = await run(readRows, {}, { path: '/counter?period=5' }, 20, { url: feed.httpUrl });
  assertConsecutive(valuesOf(found), 0);
});
