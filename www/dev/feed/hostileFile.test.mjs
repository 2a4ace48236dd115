// Recordings that mean harm: a file that somebody else made, replayed by somebody who has not looked into it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { moved, readRecordingFile, replayPath } from './feeds/replay.mjs';
import { read, serve, until } from '../../test/support/feed.mjs';

const MAIN = fileURLToPath(new URL('main.mjs', import.meta.url));
const ESCAPE = '\u001b]0;harm\u0007';

/** @param {import('node:test').TestContext} t @param {string} text */
function file(t, text) {
  const folder = mkdtempSync(path.join(tmpdir(), 'freshet-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, 'given.ndjson'), text);
  return path.join(folder, 'given.ndjson');
}

/** What a server with the file answers to a request for exactly this path. @param {string} httpUrl @param {string} asked */
function fetchRaw(httpUrl, asked) {
  /** @type {Promise<{ status: number | undefined, body: string }>} */
  const answer = new Promise((resolve, reject) => {
    const { hostname, port } = new URL(httpUrl);
    get({ hostname, port, path: asked }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode, body }));
    }).on('error', reject);
  });
  return answer;
}

const MESSAGE = '{"at":1,"text":"a"}';

test('the name of a file, the names in it and the path of a request lead to no other file', async (t) => {
  const named = ['../../etc/passwd', 'a/../..', '..', '%2e%2e%2fetc', '..\\..\\etc', 'a\0b', '?a=1#b'];
  named.forEach((name) => assert.match(replayPath(name), /^\/replay\/[\w.-]*$/));
  const recording = file(t, `{"feed":"../../package.json","path":"/../..","query":{"path":"/etc"}}\n${MESSAGE}\n`);
  const feed = await serve(t, { recordings: [recording] });
  assert.deepEqual(await (await read(`${feed.url}/replay/given`)).take(1), ['a']);
  for (const asked of ['/../package.json', '/replay/../../package.json', '/replay/..%2f..%2fpackage.json']) {
    const { status, body } = await fetchRaw(feed.httpUrl, asked);
    assert.deepEqual([status, body.includes('devDependencies')], [404, false], asked);
  }
});

test('members called __proto__ change nothing but the objects they are in', async (t) => {
  const about = '{"feed":"x","__proto__":{"harmed":true,"messages":[]},"constructor":{"prototype":{"harmed":true}}}';
  const message = '{"at":1,"__proto__":{"text":"not this","harmed":true},"base64":"AP8="}';
  const feed = await serve(t, { recordings: [file(t, `${about}\n${message}\n${MESSAGE}\n`)] });
  assert.deepEqual(await (await read(`${feed.url}/replay/given`)).take(2), [Buffer.from([0, 255]), 'a']);
  assert.equal(Reflect.get({}, 'harmed'), undefined);
});

test('a line of many megabytes is a message like any other', async (t) => {
  const text = 'x'.repeat(8 << 20);
  const feed = await serve(t, { recordings: [file(t, `{}\n${JSON.stringify({ at: 1, text })}\n${MESSAGE}\n`)] });
  assert.deepEqual(await (await read(`${feed.url}/replay/given`)).take(2), [text, 'a']);
});

test('what would end the server later is refused when the file is read', (t) => {
  /** @type {Array<[string, RegExp]>} */
  const cases = [
    [`{}\n{"at":1,"text":{},"base64":"AA=="}\n`, /message 1 of .* is no recorded message/],
    [`{}\n{"at":1e300,"text":"a"}\n`, /message 1 of .* is no recorded message/],
    [`{}\nnull\n`, /message 1 of .* is no recorded message/],
    [`{"settings":{"subprotocols":5}}\n${MESSAGE}\n`, /settings\.subprotocols in .* is no list of names/],
    [`{"settings":{"subprotocols":[{}]}}\n${MESSAGE}\n`, /settings\.subprotocols in .* is no list of names/],
    [`{"feed":{}}\n${MESSAGE}\n`, /feed in .* is no text/],
    [`null`, /has no messages/],
    [`{"messages":{"length":1}}`, /has no messages/],
    [`[1,2]`, /has no messages/],
    ['\0\u0001PNG', /line 1 of .* is not valid JSON/],
  ];
  for (const [text, problem] of cases) {
    assert.throws(() => readRecordingFile(file(t, text)), problem);
  }
});

test('of a line that is no JSON no more than its beginning is repeated', (t) => {
  const recording = file(t, `{}\n${'x'.repeat(1 << 20)}\n`);
  assert.throws(
    () => readRecordingFile(recording),
    (/** @type {Error} */ { message }) => message.length < recording.length + 200
  );
});

test('a loop leaves what is no time as it is, and waits no longer than a timer can', async (t) => {
  const odd = '{"t":"2024-99-99T99:99:99Z","u":"9999-12-31T23:59:59Z"}';
  assert.equal(moved(odd, 0, 8.64e12), odd);
  const far = JSON.stringify({ at: 8.64e15, text: odd });
  const feed = await serve(t, {
    recordings: [file(t, `{}\n{"at":-8640000000000000,"text":${JSON.stringify(odd)}}\n${far}\n`)],
  });
  const reader = await read(`${feed.url}/replay/given?loop=1`);
  assert.deepEqual(await reader.take(1), [odd]);
  assert.deepEqual(await (await read(`${feed.url}/replay/given?loop=1&every=1`)).take(4), [odd, odd, odd, odd]);
  assert.equal(reader.messages.length, 1);
});

test('neither the terminal nor the page of the server takes what a recording is called for more than text', async (t) => {
  const feed = `${ESCAPE}<img src=x onerror=harm()>`;
  const recording = file(t, `${JSON.stringify({ feed })}\n${MESSAGE}\n`);
  const child = spawn(process.execPath, [MAIN, '--port', '0', '--replay', recording]);
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  await until(() => output.includes('Replaying'), 'the listing');
  assert.ok(output.includes('<img src=x onerror=harm()>'));
  assert.ok(!/[^\P{Cc}\n]/u.test(output), 'a control character reached the terminal');
  const { body } = await fetchRaw(/http:\/\/[\d.:]+/.exec(output)?.[0] ?? '', '/');
  assert.ok(body.includes('&#60;img') && !body.includes('<img'), 'markup reached the page');
  assert.throws(
    () => readRecordingFile(file(t, `{}\n${ESCAPE}\n`)),
    (/** @type {Error} */ { message }) => !/\p{Cc}/u.test(message)
  );
});
