// The doctor against real faults: each test asserts where it stops and what it advises.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';

import { until } from '../support/feed.mjs';
import { NO_NATS, startNats, message as published } from '../support/natsServer.mjs';
import { startTcpProxy } from '../support/tcpProxy.mjs';
import { fill } from '../support/fill.mjs';
import { setStage } from './stage.mjs';

/** @typedef {import('../../plugin/engine/types').DiagnosisReport} DiagnosisReport */

const stage = setStage();

/** What the doctor finds out about a query, and all that it told before. */
const diagnose = async ({ source }, target, settings = {}, more = {}) => {
  const dataSource = await source(settings, more);
  const told = [];
  const { signal } = new AbortController();
  const report = await dataSource.diagnose({ refId: 'A', ...target }, {}, (each) => told.push(each), signal);
  return { report, told };
};

/** @param {DiagnosisReport} report @param {string} name */
const stepOf = ({ steps }, name) => steps.findLast((step) => step.name === name) ?? assert.fail(`no step ${name}`);

/**
 * Where a diagnosis stops, with what it says there.
 * @param {DiagnosisReport} report
 */
function stop(report) {
  assert.equal(report.done, true);
  const failed = report.steps.filter(({ state }) => state === 'failed');
  assert.ok(failed.length <= 1, report.text);
  return failed[0] ?? assert.fail(`it does not stop: ${report.text}`);
}

/**
 * @param {DiagnosisReport} report
 * @param {string} name where it has to stop
 * @param {RegExp} text
 * @param {RegExp} advice
 */
function stopsAt(report, name, text, advice) {
  const step = stop(report);
  assert.equal(step.name, name, report.text);
  assert.match(step.text, text);
  assert.match(step.advice ?? '', advice);
  assert.ok(report.text.includes(`What to do: ${step.advice}`), report.text);
}

/** A server of HTTP that answers requests and upgrades alike. @param {import('node:test').TestContext} t */
async function startHttp(t, status, headers = {}) {
  const server = createServer((_, response) => response.writeHead(status, headers).end());
  server.on('upgrade', (_, socket) => socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  return `ws://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
}

test('all is well: every step as it comes, with its time, and what the query finds', async (t) => {
  const { run, feed } = await stage.open(t);
  const fields = [{ path: '$.value' }, { path: '$.time', role: 'time' }];
  const { report, told } = await run(diagnose, { path: '/simple?period=20', fields });
  assert.equal(report.status, 'success', report.text);
  assert.ok(!report.steps.some(({ state }) => state === 'failed'), report.text);
  assert.match(
    report.message,
    /^Connected to ws:\/\/127\.0\.0\.1:\d+\/simple\?period=20 in \d+ ms\. First message after/
  );
  assert.equal(typeof stepOf(report, 'upgrade').ms, 'number');
  assert.match(stepOf(report, 'paths').text, /^value: [\d.]+; time: \d+\.$/);
  assert.equal(stepOf(told[0], 'upgrade').state, 'running');
  assert.ok(told.some((each) => stepOf(each, 'message').state === 'running'));
  await until(() => feed.stats().connections === 0, 'the socket of the diagnosis to close');
});

test('a port on which nothing listens', async (t) => {
  const { run, feed } = await stage.open(t);
  const proxy = await startTcpProxy(t, Number(new URL(feed.url).port));
  proxy.refuse();
  const { report } = await run(diagnose, {}, {}, { url: proxy.url });
  stopsAt(report, 'server', /^Cannot reach 127\.0\.0\.1:\d+: nothing listens there\.$/, /Check the host name and port/);
  assert.equal(stepOf(report, 'policy').state, 'passed');
  assert.equal(stepOf(report, 'message').state, 'skipped');
});

test('a server that takes connections and never answers', async (t) => {
  const { run, feed } = await stage.open(t);
  const proxy = await startTcpProxy(t, Number(new URL(feed.url).port));
  proxy.reception = 'silence';
  const { report } = await run(diagnose, {}, {}, { url: proxy.url });
  stopsAt(report, 'server', /^Nothing answered at .* within 10 s\.$/, /A firewall may drop/);
});

for (const [status, text, advice] of /** @type {[number, RegExp, RegExp][]} */ ([
  [401, /status 401: it requires credentials/, /access mode "Server \(proxy\)"/],
  [404, /status 404: there is nothing at this path/, /the path of the query/],
  [503, /status 503/, /Try again later/],
])) {
  test(`a server that answers the upgrade with ${status}, and lets it be read`, async (t) => {
    const { run } = await stage.open(t);
    const url = await startHttp(t, status, { 'Access-Control-Allow-Origin': '*' });
    const { report } = await run(diagnose, { path: '/a' }, {}, { url });
    stopsAt(report, 'http', text, advice);
    assert.equal(report.status, 'error');
    assert.equal(stepOf(report, 'server').state, 'passed');
  });
}

test('a server that answers the upgrade with 401, and does not let the page read that', async (t) => {
  const { run } = await stage.open(t);
  const url = await startHttp(t, 401);
  const { report } = await run(diagnose, { path: '/a' }, {}, { url });
  stopsAt(report, 'upgrade', /the browser does not tell a page why/, /credentials .* or another origin/);
  assert.equal(stepOf(report, 'http').state, 'unknown');
});

test('a subprotocol that the server does not take', async (t) => {
  const { run } = await stage.open(t);
  // It speaks to nobody, with a subprotocol or without.
  const { report } = await run(diagnose, { path: '/wrong-protocol' }, { subprotocols: ['v1'] });
  stopsAt(report, 'upgrade', /status 426: it does support WebSockets there/, /none of the subprotocols offered \(v1\)/);
  const chosen = await run(diagnose, { path: '/protocol?want=v2&period=20' }, { subprotocols: ['v2'] });
  assert.equal(stepOf(chosen.report, 'subprotocol').text, 'The server chose v2.');
});

test('a server that knows no subprotocols at all', { skip: NO_NATS }, async (t) => {
  const { run } = await stage.open(t);
  const nats = await startNats(t);
  const { report } = await run(diagnose, {}, { subprotocols: ['v1'] }, { url: nats.url });
  stopsAt(report, 'subprotocol', /accepts none of those offered \(v1\)/, /Correct or clear the list/);
});

test("the page's Content Security Policy", async (t) => {
  const { run } = await stage.open(t, { fresh: true });
  await run(() => {
    const meta = document.createElement('meta');
    Object.assign(meta, { httpEquiv: 'Content-Security-Policy', content: "connect-src 'self'" });
    document.head.append(meta);
  });
  const { report } = await run(diagnose, { path: '/simple' }, {}, { url: 'ws://127.0.0.1:1' });
  stopsAt(report, 'policy', /does not allow a connection to 127\.0\.0\.1:1\./, /connect-src/);
});

test('encryption where the server speaks none', async (t) => {
  const { run, feed } = await stage.open(t);
  const { report } = await run(diagnose, {}, {}, { url: feed.url.replace('ws://', 'wss://') });
  stopsAt(report, 'server', /speaks without TLS/, /^Begin the URL with ws:\/\/\.$/);
});

test('a feed without a message', async (t) => {
  const { run } = await stage.open(t);
  const { report } = await run(diagnose, { path: '/silent', subscribe: 'hello' });
  stopsAt(
    report,
    'message',
    /^No message arrived within 4 s\.$/,
    /the path, and whether the feed needs a subscribe message/
  );
  assert.equal(report.status, 'warning');
  assert.equal(stepOf(report, 'subscription').state, 'unknown');
});

test('a server that closes at once', async (t) => {
  const { run } = await stage.open(t);
  const { report } = await run(diagnose, { path: '/close?after=0&code=1008&reason=go+away' });
  stopsAt(report, 'message', /code 1008, policy violation, .*it says "go away"/, /requires credentials/);
});

test('a path that finds nothing', async (t) => {
  const { run } = await stage.open(t);
  const fields = [{ path: '$.value' }, { path: '$.values.nowhere' }];
  const { report } = await run(diagnose, { path: '/simple?period=20', fields });
  stopsAt(
    report,
    'paths',
    /^value: [\d.]+; values\.nowhere: not found\.$/,
    /Compare these paths with the first message/
  );
  assert.equal(report.status, 'warning');
  assert.match(report.message, /The query found nothing at values\.nowhere\.$/);
});

test('an option that cannot be', async (t) => {
  const { run, feed } = await stage.open(t);
  const { report } = await run(diagnose, { path: '../elsewhere' });
  stopsAt(report, 'url', /^path is "\.\.\/elsewhere"/, /settings of the data source or in the query/);
  assert.equal(feed.stats().opened, 0);
});

test('streamed responses: refused, not readable here, and fine', async (t) => {
  const { run } = await stage.open(t);
  const sse = { transport: 'sse' };
  const refused = await run(diagnose, { path: '/sse?status=503' }, sse);
  stopsAt(refused.report, 'http', /503/, /ask whoever runs it/);
  const url = await startHttp(t, 200);
  const closed = await run(diagnose, {}, sse, { url });
  stopsAt(closed.report, 'http', /does not allow requests from this page \(CORS\)/, /Access-Control-Allow-Origin/);
  const page = await startHttp(t, 200, { 'Access-Control-Allow-Origin': '*', 'Content-Type': 'text/html' });
  const wrong = await run(diagnose, {}, sse, { url: page });
  stopsAt(wrong.report, 'contentType', /text\/html/, /Check the URL/);
});

test('a login that is refused', { skip: NO_NATS }, async (t) => {
  const { run } = await stage.open(t);
  const nats = await startNats(t, 'authorization { user: someone, password: secret }');
  const { report } = await run(diagnose, { params: { subject: 'a' } }, { preset: 'nats' }, { url: nats.url });
  stopsAt(report, 'handshake', /answer to the login.*Authorization Violation/, /Check the credentials/);
  const greeting = report.steps.find(({ name }) => name === 'handshake');
  assert.equal(greeting?.text, "Received: the server's greeting (INFO).");
});

test('a login that is accepted, alone and with a subject', { skip: NO_NATS }, async (t) => {
  const { run } = await stage.open(t);
  const nats = await startNats(t);
  const alone = await run(
    async ({ source }, url) => (await source({ preset: 'nats' }, { url })).testDatasource(),
    nats.url
  );
  assert.equal(alone.status, 'success', alone.message);
  assert.match(alone.details.verboseMessage, /Protocol handshake: ok \(\d+ ms\)\. Received: the server's greeting/);
  const found = run(
    diagnose,
    { params: { subject: 'a' }, fields: [{ path: '$.payload.v' }] },
    { preset: 'nats' },
    { url: nats.url }
  );
  const subscribed = async () =>
    (await nats.clients()).some(({ subscriptions_list = [] }) => subscriptions_list.length > 0);
  while (!(await subscribed())) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await nats.publish(published('a', { v: 7 }));
  const { report } = await found;
  assert.equal(report.status, 'success', report.text);
  assert.equal(stepOf(report, 'paths').text, 'payload.v: 7.');
});

test('a subject that is refused', { skip: NO_NATS }, async (t) => {
  const { run } = await stage.open(t);
  const users = '{ user: viewer, password: y, permissions: { subscribe: "open.>" } }';
  const nats = await startNats(t, `authorization { users: [ ${users} ] }\nno_auth_user: viewer`);
  const { report } = await run(diagnose, { params: { subject: 'closed' } }, { preset: 'nats' }, { url: nats.url });
  stopsAt(report, 'subscription', /Permissions Violation for Subscription to "closed"/, /allows it for this user/);
});

test('a person diagnoses a data source that leads nowhere, and a query that runs', async (t) => {
  const { page } = await stage.visit(t, { page: 'datasource' });
  const url = page.getByLabel('URL');
  await fill(url, 'ws://127.0.0.1:1/feed');
  await url.press('Enter');
  await page.getByRole('button', { name: 'Diagnose' }).click();
  await page.getByRole('status').getByText('Cannot reach 127.0.0.1:1: nothing listens there.').waitFor();
  const steps = page.getByRole('list', { name: 'Steps of the diagnosis' });
  await steps.getByText('What to do: Check the host name and port').waitFor();

  const { page: board } = await stage.visit(t, { dashboard: 'simple', editPanel: 'panel-4' });
  const query = board.getByRole('region', { name: 'Query A' });
  await query.getByRole('button', { name: 'Diagnose' }).click();
  await query.getByRole('status').getByText('First message after').waitFor();
  await query.getByRole('list', { name: 'Steps of the diagnosis' }).getByText('Fields found: ').waitFor();
});
