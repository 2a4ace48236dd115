// Tokens: fetched through Grafana's proxy, or a viewer's own, and never in anything that is shown.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { message, NO_NATS, startNats } from '../support/natsServer.mjs';
import { CREDENTIALS, startTokenServer } from '../support/tokenServer.mjs';
import { fill } from '../support/fill.mjs';
import { when } from './presetPage.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

/** @typedef {Awaited<ReturnType<typeof startTokenServer>>} TokenServer */

const RECONNECT = { minMs: 50, maxMs: 200 };
const IN_QUERY = { reconnect: RECONNECT, query: { access_token: '${token}' } };

/** Begins to read; the page keeps everything that the panel says. */
async function begin({ source, read, shelf }, settings, more, target = { path: '/live' }) {
  shelf.said = new Set();
  shelf.source = await source(settings, more);
  shelf.reading = read(shelf.source, target, {
    onValue: (data) => shelf.said.add(JSON.stringify([data.errors, (data.series ?? []).map(({ meta }) => meta)])),
  });
}

const count = ({ length, shelf }) => length(shelf.reading.latest);

/** What the panel says now: notices and errors. */
const told = ({ notices, shelf }) =>
  [...notices(shelf.reading.latest), ...(shelf.reading.latest?.errors ?? []).map(({ message }) => message)].join(' ');

/** Where the panel leads its viewer. */
const link = ({ shelf }) => shelf.reading.latest.series[0].meta.notices.find(({ link }) => link).link;

/** Everything that could be read somewhere on the page. */
const everything = ({ shelf }) => [...shelf.said].join(' ');

/** Nothing that was shown holds a token. @param {any} run */
async function assertSecret(run) {
  const found = /.{0,80}(tok-\d|my-own)/.exec(await run(everything));
  assert.equal(found?.[0], undefined);
}

/** Waits for rows beside those that are there. @param {any} run */
async function moreRows(run) {
  const before = await run(count);
  await when(async () => (await run(count)) > before + 3, 'rows');
}

test('a token is fetched through the proxy for each connection, with the secret that only Grafana knows', async (t) => {
  const { run, page } = await stage.open(t);
  const server = await startTokenServer(t);
  /** @type {string[]} */
  const requested = [];
  const note = (/** @type {import('playwright-core').Request} */ request) =>
    requested.push(`${request.url()} ${JSON.stringify(request.headers())}`);
  page.on('request', note);
  t.after(() => page.off('request', note));
  // Long enough for the panel to say how the connection ended.
  const reconnect = { minMs: 600 };
  const settings = { ...IN_QUERY, reconnect, token: { path: '/auth?scope=live', pointer: '/data/token' } };
  await run(begin, settings, { url: server.httpUrl, ...CREDENTIALS });
  await moreRows(run);
  assert.deepEqual(server.state.asked, ['GET /auth?scope=live']);
  assert.deepEqual(server.state.came, ['?access_token=tok-1']);
  const fetched = requested.filter((text) => text.includes('/auth'));
  assert.match(fetched[0], /^http:\/\/127\.0\.0\.1:\d+\/api\/datasources\/proxy\/uid\/feed-\d+\/auth\?scope=live /);
  assert.ok(
    fetched.every((text) => !/authorization|s3cret/i.test(text)),
    'the browser knows no credentials'
  );
  assert.equal(await run(told), '');
  server.drop(4000, 'good bye, tok-1');
  await when(() => server.state.came.length === 2, 'another connection');
  await moreRows(run);
  assert.deepEqual(server.state.came[1], '?access_token=tok-2');
  assert.ok(/good bye, \*\*\*/.test(await run(everything)), "the server's words are there, but for the token");
  await assertSecret(run);
});

test('with access through the proxy the token stands in the handshake behind it', async (t) => {
  const { run } = await stage.open(t);
  const server = await startTokenServer(t);
  const settings = {
    reconnect: RECONNECT,
    subprotocols: ['v1', 'auth.${token}'],
    token: { path: 'auth', pointer: '/data/token', method: 'POST', body: 'grant_type=client_credentials' },
  };
  await run(begin, settings, { url: server.httpUrl, access: 'proxy', ...CREDENTIALS });
  await moreRows(run);
  assert.deepEqual(server.state.asked, ['POST /auth grant_type=client_credentials']);
  assert.match(server.state.came.join(), /^v1, ?auth\.tok-1$/);
  await assertSecret(run);
});

test('a token of another server comes by the route of the plugin, and serves for as long as it lives', async (t) => {
  const { run } = await stage.open(t);
  const server = await startTokenServer(t);
  const token = { url: `${server.httpUrl}/oauth`, path: 'token', pointer: '/data/token', ttl: '1h' };
  await run(begin, { ...IN_QUERY, token }, { url: server.url, ...CREDENTIALS });
  await moreRows(run);
  assert.deepEqual(server.state.asked, ['GET /oauth/token']);
  await sleep(5500);
  server.drop(1012, '');
  await when(() => server.state.came.length === 2, 'another connection');
  await moreRows(run);
  assert.deepEqual(server.state.asked.length, 1, 'the connection held, so the token is good');
  await sleep(5500);
  server.expire();
  server.drop(1012, '');
  await when(() => server.state.came.length === 4, 'a third connection');
  await moreRows(run);
  assert.deepEqual(server.state.came.slice(2), ['?access_token=tok-1', '?access_token=tok-2']);
  await assertSecret(run);
});

test('a token endpoint that is down is said in words, and asked until it is there', async (t) => {
  const { run } = await stage.open(t);
  const server = await startTokenServer(t);
  server.state.status = 503;
  const settings = { ...IN_QUERY, token: { path: '/auth', pointer: '/data/token' } };
  await run(begin, settings, { url: server.httpUrl, ...CREDENTIALS });
  const down = /Not connected to ws:.*\/live \(no token: the server answered 503 .*has failed.*Retrying/;
  await when(async () => down.test(await run(told)), 'the panel to say so');
  server.state.status = 404;
  await when(async () => /answered 404 .*the path does not exist/.test(await run(told)), 'the panel to say so');
  const { message } = await run(({ shelf }) => shelf.source.testDatasource());
  assert.match(message, /Not connected to ws:.*no token: the server answered 404/);
  server.state.status = 200;
  await moreRows(run);
  assert.equal(await run(told), '');
  assert.match((await run(({ shelf }) => shelf.source.testDatasource())).message, /^Connected to ws:[^?]* in/);
  await assertSecret(run);
});

test('a token where the pointer leads to nothing, and wrong credentials in Grafana, are said', async (t) => {
  const { run } = await stage.open(t);
  const server = await startTokenServer(t);
  const wrong = { ...IN_QUERY, token: { path: '/auth', pointer: '/data/nothing' } };
  await run(begin, wrong, { url: server.httpUrl, ...CREDENTIALS });
  await when(async () => /no token: there is nothing at \/data\/nothing/.test(await run(told)), 'the pointer');
  await run(begin, wrong, { url: server.httpUrl });
  await when(async () => /no token: the server answered 401.*credentials/.test(await run(told)), 'the credentials');
  assert.equal(server.state.came.length, 0);
});

test('${token} without a token is an error that names the setting', async (t) => {
  const { run } = await stage.open(t);
  await run(begin, IN_QUERY, {});
  await when(async () => (await run(told)) !== '', 'the error');
  assert.match(await run(told), /^query\.access_token is "\$\{token\}": the data source has no token; set token/);
});

test("a viewer's own token is asked for, kept over a reload, and taken away", async (t) => {
  const { run, page } = await stage.open(t, { fresh: true });
  const server = await startTokenServer(t);
  server.allow('my-own');
  const settings = { ...IN_QUERY, token: { from: 'viewer', label: 'API key' } };
  const own = { url: server.url, uid: 'own' };
  await run(begin, settings, own);
  const missing =
    /your own API key is needed here, and it is not entered in this browser\. Enter it under "Your API key"/;
  await when(async () => missing.test(await run(told)), 'the panel to ask for it');
  assert.equal(server.state.came.length, 0);
  // The way that is open to who may not edit the panel.
  const form = await page.context().newPage();
  await form.goto(await run(link));
  await fill(form.getByLabel('Your API key'), 'my-own');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByText('Saved.').waitFor();
  await moreRows(run);
  assert.deepEqual(server.state.came, ['?access_token=my-own']);
  await assertSecret(run);
  await page.reload();
  await page.waitForFunction(() => 'harnessReady' in window);
  await page.evaluate('window.harnessReady.then(() => undefined)');
  await page.evaluate('window.kit.begin("")');
  await run(begin, settings, own);
  await moreRows(run);
  await form.getByRole('button', { name: 'Forget it' }).click();
  await when(async () => missing.test(await run(told)), 'the panel to ask for it again');
  await form.close();
  // As the query editor does it, on the page itself.
  await run(() => {
    localStorage.setItem('freshet.token.own', 'my-own');
    window.dispatchEvent(new StorageEvent('storage', { key: 'freshet.token.own' }));
  });
  await moreRows(run);
  await assertSecret(run);
});

for (const [name, config, options] of [
  ['user and password', 'authorization { user: ann, password: tok-1 }', { user: 'ann' }],
  ['a token', 'authorization { token: tok-1 }', {}],
]) {
  test(`NATS: logs in with ${name}`, { skip: NO_NATS }, async (t) => {
    const { run } = await stage.open(t);
    const server = await startTokenServer(t);
    const nats = await startNats(t, /** @type {string} */ (config));
    const settings = {
      preset: 'nats',
      options,
      reconnect: RECONNECT,
      token: { url: server.httpUrl, pointer: '/data/token' },
    };
    const target = { params: { subject: 'a' }, fields: [{ path: '$.payload.v' }] };
    await run(begin, settings, { url: nats.url, ...CREDENTIALS }, target);
    await when(async () => (await nats.clients())[0]?.subscriptions_list?.length === 1, 'the subscription');
    const login = name === 'a token' ? { auth_token: 'tok-1' } : { user: 'ann', pass: 'tok-1' };
    await nats.publish(message('a', { v: 1 }), JSON.stringify({ verbose: false, ...login }));
    await when(async () => (await run(count)) === 1, 'a row');
    assert.equal(await run(told), '');
    await nats.stop();
    await nats.start();
    // Another token is refused, and so is the next: that is the end.
    await when(async () => run(({ shelf }) => shelf.reading.latest.state === 'Error'), 'the end');
    assert.match(await run(told), /the server refused the login: Authorization Violation/);
    assert.equal(await nats.connected(), 3, 'the publisher is not counted after a restart');
    const asked = server.state.asked.length;
    await sleep(500);
    assert.equal(server.state.asked.length, asked);
    await assertSecret(run);
  });
}
