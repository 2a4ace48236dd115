import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serve, until } from '../../test/support/feed.mjs';

/**
 * Reads a response until it ends, breaks off, or has come to `goal`.
 *
 * @param {string} url
 * @param {string} goal
 * @param {Record<string, string>} [headers]
 */
async function readStream(url, goal, headers = {}) {
  const abort = new AbortController();
  const response = await fetch(url, { headers, signal: abort.signal });
  const decoder = new TextDecoder();
  let text = '';
  let broken = false;
  try {
    for await (const chunk of /** @type {AsyncIterable<Uint8Array>} */ (/** @type {unknown} */ (response.body))) {
      text += decoder.decode(chunk, { stream: true });
      if (goal !== '' && text.includes(goal)) {
        break;
      }
    }
  } catch {
    broken = true;
  }
  abort.abort();
  return { response, text, broken };
}

test('/sse sends events with names, ids and a reconnection time, and goes on behind the last one', async (t) => {
  const feed = await serve(t);
  const { response, text } = await readStream(`${feed.httpUrl}/sse?period=2&retry=50&events=,price`, 'id: 3\n');
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  assert.match(text, /^retry: 50\n\nid: 0\ndata: {"time":\d+,"value":0}\n\nevent: price\nid: 1\n/);
  const again = await readStream(`${feed.httpUrl}/sse?period=2`, 'id: 9\n', { 'Last-Event-ID': '7' });
  assert.match(again.text, /^id: 8\n/);
  assert.deepEqual(
    feed.stats().received.map((received) => received.text),
    ['GET', 'GET after 7']
  );
  await until(() => feed.stats().connections === 0, 'the responses to end');
});

test('/ndjson sends lines, and is cut in the middle of one or ends as it should', async (t) => {
  const feed = await serve(t);
  const cut = await readStream(`${feed.httpUrl}/ndjson?period=2&after=3`, '');
  assert.match(cut.text, /^({.*}\n){3}{"time"[^}]*$/);
  assert.equal(cut.broken, true);
  const whole = await readStream(`${feed.httpUrl}/ndjson?period=2&after=3&end=finish&alive=1`, '');
  assert.match(whole.text, /^(\n*{.*}\n+){3}$/);
  assert.equal(whole.broken, false);
});

test('a stream is refused as it is told, so often as it is told', async (t) => {
  const feed = await serve(t);
  const url = `${feed.httpUrl}/sse?status=503&times=2&retryAfter=7&period=2`;
  for (const status of [503, 503, 200]) {
    const { response } = await readStream(url, 'data');
    assert.equal(response.status, status);
    assert.equal(response.headers.get('retry-after'), status === 503 ? '7' : null);
  }
  assert.equal((await readStream(`${feed.httpUrl}/sse?secret=x`, 'data')).response.status, 401);
  assert.equal((await readStream(`${feed.httpUrl}/sse?end=never`, '')).response.status, 400);
  const open = await readStream(`${feed.httpUrl}/sse?secret=x&cors=0&period=2`, 'data', { Authorization: 'x' });
  assert.deepEqual([open.response.status, open.response.headers.get('access-control-allow-origin')], [200, null]);
});

test('drop() cuts responses off', async (t) => {
  const feed = await serve(t);
  const reading = readStream(`${feed.httpUrl}/sse?period=2`, '');
  await until(() => feed.stats().paths['/sse'].sent > 2, 'events');
  assert.equal(feed.drop('/sse'), 1);
  assert.equal((await reading).broken, true);
});
