import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startFeedServer } from './server.mjs';
import { Reader, read, serve, until } from '../../test/support/feed.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));

test('close() drops every client at once and leaves nothing open', async () => {
  const feed = await startFeedServer();
  const paths = feed.feeds
    .filter(({ path }) => !/^\/(slow|protocol|wrong-protocol|unauthorized|forbidden|drop|close)$/.test(path))
    .map(({ path }) => path);
  const readers = await Promise.all(paths.map((path) => read(feed.url + path)));
  const waiting = new Reader(`${feed.url}/slow?delay=60000`);
  const hungUp = once(waiting.ws, 'error');
  const history = fetch(`${feed.httpUrl}/history/slow?delay=60000`).then(
    () => assert.fail('answered'),
    (error) => error
  );
  await sleep(100);
  assert.equal(feed.stats().connections, paths.length);
  const start = performance.now();
  await feed.close();
  assert.ok(performance.now() - start < 500);
  assert.equal(feed.stats().connections, 0);
  for (const reader of readers) {
    assert.equal((await reader.ended()).code, 1006);
  }
  assert.match((await hungUp)[0].message, /socket hang up|ECONNRESET/);
  assert.ok((await history) instanceof Error);
  await feed.close();
  await assert.rejects(fetch(feed.httpUrl));
});

test('can be started again on the same port, and counts from 0 or from where it is told', async (t) => {
  const first = await startFeedServer();
  await (await read(`${first.url}/counter?period=1`)).take(50);
  await first.close();
  const second = await startFeedServer({ port: first.port });
  assert.equal(second.url, first.url);
  const again = await read(`${second.url}/counter`);
  assert.equal((await again.takeJson(1))[0].value, 0);
  await second.close();
  const third = await serve(t, { port: first.port, counterStart: first.sent('/counter').length });
  const goesOn = await read(`${third.url}/counter`);
  assert.equal((await goesOn.takeJson(1))[0].value, first.sent('/counter').length);
});

test('a taken port is an error', async (t) => {
  const feed = await serve(t);
  await assert.rejects(startFeedServer({ port: feed.port }), { code: 'EADDRINUSE' });
});

test('nothing is sent after the client has left', async (t) => {
  const feed = await serve(t);
  for (const path of [
    '/simple?period=2',
    '/sensors?period=2',
    '/logs?period=2',
    '/burst?rate=5000',
    '/counter?period=2',
  ]) {
    const reader = await read(feed.url + path);
    await reader.take(3);
    await reader.leave();
  }
  await until(() => feed.stats().connections === 0, 'no connection');
  const { paths } = feed.stats();
  await sleep(100);
  assert.deepEqual(feed.stats().paths, paths);
});

test('counts connections per path', async (t) => {
  const feed = await serve(t);
  const [one, two] = await Promise.all([read(`${feed.url}/sensors`), read(`${feed.url}/sensors?devices=1`)]);
  assert.equal(feed.stats().paths['/sensors']?.open, 2);
  await one?.leave();
  await until(() => feed.stats().paths['/sensors']?.open === 1, 'one connection');
  two?.ws.terminate();
  await until(() => feed.stats().connections === 0, 'no connection');
  assert.equal(feed.stats().opened, 2);
  assert.throws(() => feed.sent('/nothing'), /no feed at "\/nothing"/);
});

test('keeps the last 1000 texts of clients', async (t) => {
  const feed = await serve(t);
  const reader = await read(`${feed.url}/echo`);
  for (let n = 0; n < 1100; n++) {
    reader.ws.send(String(n));
  }
  await reader.take(1100);
  const { received } = feed.stats();
  assert.deepEqual(
    received.map(({ text }) => text),
    Array.from({ length: 1000 }, (_, i) => String(i + 100))
  );
});

test('a program ends by itself once the server is closed: no timer is left', async () => {
  const program = `
    import { read } from '../../test/support/feed.mjs';
    import { startFeedServer } from './server.mjs';
    const feed = await startFeedServer();
    const paths = ['/simple', '/sensors', '/burst', '/counter', '/slow?delay=50', '/silent', '/huge'];
    const readers = await Promise.all(paths.map((path) => read(feed.url + path)));
    readers[0].ws.close();
    await feed.close();
    // A client that closes has a timer of its own until it has ended.
    await Promise.all(readers.map((reader) => reader.ended()));
    const left = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    console.log('timers left: ' + left);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { cwd: HERE });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const deadline = setTimeout(() => child.kill('SIGKILL'), 10_000);
  const [code, signal] = await once(child, 'close');
  clearTimeout(deadline);
  assert.deepEqual([code, signal], [0, null], output);
  assert.match(output, /timers left: 0/);
});
