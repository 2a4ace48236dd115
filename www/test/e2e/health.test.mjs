// "Save & test": it really connects, and says what it saw or what is wrong.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';

import { until } from '../support/feed.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

/** What testDatasource() answers for a path of the feed. */
const check = async ({ source }, path = '', settings = {}, more = {}) => {
  const { status, message } = await (await source(settings, { url: window.feedUrl + path, ...more })).testDatasource();
  return { status, message };
};

/** A name for the feed in patterns. */
const HOST = '127\\.0\\.0\\.1:\\d+';

test('a feed that speaks: connected, how fast, and its first message', async (t) => {
  const { run, feed } = await stage.open(t);
  const { status, message } = await run(check, '/counter?period=20');
  assert.equal(status, 'success');
  assert.match(
    message,
    new RegExp(`^Connected to ws://${HOST}/counter\\?period=20 in \\d+ ms\\. First message after \\d+ ms: `)
  );
  assert.ok(message.endsWith(String(feed.sent('/counter')[0])), message);
  await until(() => feed.stats().connections === 0, 'the socket of the test to close');
});

test("the feed's bare URL, which a person tries first", async (t) => {
  const { run } = await stage.open(t);
  const { status, message } = await run(check);
  assert.equal(status, 'success');
  assert.match(message, /First message after \d+ ms: \{"time":/);
});

test('a binary message that holds text is shown as that text', async (t) => {
  const { run } = await stage.open(t);
  const { status, message } = await run(check, '/binary');
  assert.equal(status, 'success');
  assert.match(message, /First message \(binary\) after \d+ ms: \{\"time\":\d+,\"value\":[\d.]+\}/);
});

test('a subprotocol that the server takes is named', async (t) => {
  const { run } = await stage.open(t);
  const { status, message } = await run(check, '/protocol?want=v2', { subprotocols: ['v2'] });
  assert.equal(status, 'success');
  assert.match(message, /, subprotocol v2\. First message/);
});

test('a feed that stays silent is a warning that says when this is right', async (t) => {
  const { run } = await stage.open(t);
  const { status, message } = await run(check, '/silent');
  assert.equal(status, 'warning');
  assert.match(message, new RegExp(`^Connected to ws://${HOST}/silent in \\d+ ms\\. No message arrived within 4 s\\.`));
  assert.match(message, /needs a path or a subscribe message/);
});

test('a port on which nothing listens: that, and what to check', async (t) => {
  const { run } = await stage.open(t);
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  const { status, message } = await run(check, '', {}, { url: `ws://127.0.0.1:${port}/feed` });
  assert.equal(status, 'error');
  assert.match(
    message,
    new RegExp(`^Cannot reach 127\\.0\\.0\\.1:${port}: nothing listens there\\. Check the host name and port`)
  );
});

for (const [path, code] of [
  ['/unauthorized', 401],
  ['/forbidden', 403],
]) {
  test(`a server that answers ${code} requires credentials: the way to give them is named`, async (t) => {
    const { run } = await stage.open(t);
    const { status, message } = await run(check, path);
    assert.equal(status, 'error');
    assert.match(
      message,
      new RegExp(`does not open a WebSocket at ws://${HOST}${path}.*returns status ${code}: it requires credentials`)
    );
    assert.match(message, /use the access mode "Server \(proxy\)"/);
  });
}

test('a subprotocol that the server does not take is found out', async (t) => {
  const { run } = await stage.open(t);
  // Browsers fail the handshake when they offered some and the server takes none of them.
  const { status, message } = await run(check, '/wrong-protocol', { subprotocols: ['v1'] });
  assert.equal(status, 'error');
  assert.match(message, /subprotocol/);
});

test('a server that wants a subprotocol, and none is set', async (t) => {
  const { run } = await stage.open(t);
  const { status, message } = await run(check, '/protocol?want=v2');
  assert.equal(status, 'error');
  assert.match(message, /returns status 400|may require a subprotocol, and none is set/);
});

test('a server that closes at once: the code and the reason', async (t) => {
  const { run } = await stage.open(t);
  const { status, message } = await run(check, '/close?after=0&code=1008&reason=go+away');
  assert.equal(status, 'error');
  assert.match(message, /The server closed the connection before it sent anything: code 1008, .*it says "go away"/);
});

/** @type {[string, RegExp][]} */
const NO_URLS = [
  ['', /^The URL is missing\. It begins with one of ws:\/\/, wss:\/\/, http:\/\/, https:\/\/\./],
  ['feeds.example.org', /^"feeds\.example\.org" is not a URL\./],
  ['ftp://feeds.example.org', /^The URL begins with "ftp:\/\/", but must begin with one of/],
];

for (const [url, sentence] of NO_URLS) {
  test(`a URL that cannot be one (${JSON.stringify(url)}) is explained without connecting`, async (t) => {
    const { run, feed } = await stage.open(t);
    const { status, message } = await run(check, '', {}, { url });
    assert.equal(status, 'error');
    assert.match(message, sentence);
    assert.equal(feed.stats().opened, 0);
  });
}
