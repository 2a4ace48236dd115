// The presets whose servers cannot be had for a test, against peers that follow their specifications.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startBinance } from '../support/peers/binance.mjs';
import { startCentrifugo } from '../support/peers/centrifugo.mjs';
import { startCoinbase } from '../support/peers/coinbase.mjs';
import { startHomeAssistant } from '../support/peers/homeAssistant.mjs';
import { startKraken } from '../support/peers/kraken.mjs';
import { startLoki } from '../support/peers/loki.mjs';
import { startPhoenix } from '../support/peers/phoenix.mjs';
import { startPolygon } from '../support/peers/polygon.mjs';
import { startPusher } from '../support/peers/pusher.mjs';
import { startRosbridge } from '../support/peers/rosbridge.mjs';
import { startDeribit, startEthereum, startMoonraker } from '../support/peers/rpc.mjs';
import { startSignalK } from '../support/peers/signalK.mjs';
import { startWamp } from '../support/peers/wamp.mjs';
import { CREDENTIALS, startTokenServer } from '../support/tokenServer.mjs';
import { when } from './presetPage.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

/** Queries of one data source begin to read; the page keeps them for the calls that follow. */
async function begin({ source, read }, url, settings, targets, more = {}) {
  const dataSource = await source(
    { reconnect: { minMs: 50, maxMs: 200 }, lingerMs: 100, ...settings },
    { url, ...more }
  );
  window.presetReadings = targets.map((target) => read(dataSource, target));
}

/** The values that each of them shows. */
const shown = ({ values }) => window.presetReadings.map(({ latest }) => values(latest, 'v'));

const told = ({ notices }) =>
  window.presetReadings.map(({ latest }) => [
    ...notices(latest),
    ...(latest?.errors ?? []).map(({ message }) => message),
  ]);

const of = (params, path = '$.v') => ({ params, fields: [{ path, name: 'v', type: 'number' }] });

/** What each preset is tried with: two topics that the peer has, one that it refuses, and in which words. */
const CASES = [
  {
    preset: 'centrifugo',
    start: startCentrifugo,
    topics: ['a', 'b'],
    targets: ['a', 'b', 'secret'].map((channel) => of({ channel }, '$.data.v')),
    refusal: /permission denied \(code 103\)/,
  },
  {
    preset: 'phoenix',
    start: startPhoenix,
    topics: ['room:a', 'room:b'],
    targets: ['room:a', 'room:b', 'room:secret'].map((topic) => of({ topic, event: 'tick' })),
    refusal: /unauthorized/,
  },
  {
    preset: 'pusher',
    start: startPusher,
    path: '/app/key',
    topics: ['a', 'b'],
    targets: ['a', 'b', 'secret'].map((channel) => of({ channel })),
    refusal: /denied here \(code 403\)/,
  },
  {
    preset: 'binance',
    start: startBinance,
    topics: ['btcusdt@trade', 'ethusdt@trade'],
    targets: ['btcusdt@trade', 'ethusdt@trade', 'no such'].map((streams) => of({ streams })),
    refusal: /Invalid request: invalid stream \(code 2\)/,
  },
  {
    preset: 'coinbase',
    start: startCoinbase,
    topics: ['ticker BTC-USD', 'ticker ETH-USD'],
    targets: ['BTC-USD', 'ETH-USD', 'NO-NE'].map((products) => of({ channel: 'ticker', products })),
    refusal: /NO-NE is not a valid product/,
  },
  {
    preset: 'kraken',
    start: startKraken,
    topics: ['ticker BTC/USD', 'ticker ETH/USD'],
    targets: ['BTC/USD', 'ETH/USD', 'NO/NE'].map((symbol) => of({ channel: 'ticker', symbol })),
    refusal: /Currency pair not supported NO\/NE/,
  },
  {
    preset: 'rosbridge',
    start: startRosbridge,
    topics: ['/a', '/b'],
    targets: ['/a', '/b', '/none'].map((topic) => of({ topic })),
    refusal: /Cannot infer topic type for topic \/none/,
  },
  {
    preset: 'ethereum',
    start: startEthereum,
    topics: ['logs', 'newHeads'],
    targets: ['logs', 'newHeads', 'nothing'].map((kind) => of({ params: [kind] })),
    refusal: /no "nothing" subscription in eth namespace \(code -32602\)/,
  },
  {
    preset: 'deribit',
    start: startDeribit,
    topics: ['ticker.A.100ms', 'ticker.B.100ms'],
    targets: ['A', 'B', 'NONE'].map((name) => of({ channel: `ticker.${name}.100ms` })),
    refusal: /there is no such channel/,
  },
  {
    preset: 'wamp',
    start: startWamp,
    settings: { options: { realm: 'plant' } },
    topics: ['com.a', 'com.b'],
    targets: ['com.a', 'com.b', 'no.go'].map((topic) => of({ topic }, '$[4][0]')),
    refusal: /wamp\.error\.not_authorized/,
  },
];

for (const { preset, start, path = '', settings = {}, topics, targets, refusal } of CASES) {
  test(`${preset}: queries share a socket, a refusal is told where it belongs, and a cut costs no subscription`, async (t) => {
    const { run } = await stage.open(t);
    const peer = await start(t);
    const [a, b] = topics;
    const subscribed = () => [...(peer.open[0]?.subscribed.keys() ?? [])].sort();
    const both = () => String(subscribed()) === String(topics);
    await run(begin, peer.url + path, { preset, ...settings }, targets);
    await when(both, 'the subscriptions');
    await when(async () => refusal.test((await run(told))[2].join()), 'the refusal');
    peer.publish(a, 1);
    peer.publish(b, 2);
    peer.publish(a, 3);
    await when(async () => (await run(shown)).flat().length >= 3, 'the rows');
    assert.deepEqual(await run(shown), [[1, 3], [2], []]);
    assert.deepEqual((await run(told)).slice(0, 2), [[], []]);
    assert.equal(peer.open.length, 1, 'one socket');

    peer.cut();
    await when(() => peer.links.length === 2 && both(), 'the subscriptions on another socket');
    peer.publish(b, 4);
    peer.publish(a, 5);
    await when(async () => (await run(shown)).flat().length >= 5, 'rows again');
    assert.deepEqual(await run(shown), [[1, 3, 5], [2, 4], []]);

    await run(() => window.presetReadings[0].stop());
    await when(() => String(subscribed()) === b, 'what nobody reads to be taken back');
    peer.publish(b, 6);
    await when(async () => (await run(shown))[1].length === 3, 'the other to run on');
    assert.equal(peer.links.length, 2);
    assert.deepEqual(peer.faults, []);
  });
}

test('binance: many queries are asked for no faster than it allows, also after a cut', async (t) => {
  const { run } = await stage.open(t);
  const peer = await startBinance(t);
  const streams = Array.from({ length: 9 }, (_, index) => `s${index}@trade`);
  const all = () => peer.open[0]?.subscribed.size === streams.length;
  await run(
    begin,
    peer.url,
    { preset: 'binance' },
    streams.map((stream) => of({ streams: stream }))
  );
  await when(all, 'the subscriptions');
  peer.cut();
  await when(() => peer.links.length === 2 && all(), 'the subscriptions on another socket');
  streams.forEach((stream, index) => peer.publish(stream, index));
  await when(async () => (await run(shown)).flat().length >= streams.length, 'the rows');
  assert.deepEqual(
    await run(shown),
    streams.map((_, index) => [index])
  );
  assert.deepEqual((await run(told)).flat(), []);
  assert.deepEqual(peer.faults, []);
});

test('kraken: each query has the candles of its interval, and the book of its depth', async (t) => {
  const { run } = await stage.open(t);
  const peer = await startKraken(t);
  const candles = (/** @type {string | undefined} */ interval) => of({ channel: 'ohlc', symbol: 'BTC/USD', interval });
  const book = (/** @type {string | undefined} */ depth) => of({ channel: 'book', symbol: 'BTC/USD', depth });
  await run(begin, peer.url, { preset: 'kraken' }, [candles(undefined), candles('60'), book(undefined), book('1000')]);
  const all = () => peer.open.flatMap(({ subscribed }) => [...subscribed]);
  await when(() => all().length === 4, 'the subscriptions');
  const depths = all().filter(([key]) => key === 'book BTC/USD');
  assert.deepEqual(depths.map(([, depth]) => depth).sort(), [10, 1000]);
  assert.equal(peer.open.length, 2, 'a socket for each depth');
  peer.publish('ohlc BTC/USD 1', 1);
  peer.publish('ohlc BTC/USD 60', 2);
  await when(async () => (await run(shown)).flat().length >= 2, 'the candles');
  assert.deepEqual(await run(shown), [[1], [2], [], []]);
  await run(() => window.presetReadings[0].stop());
  await when(() => all().length === 3, 'what nobody reads to be taken back');
  peer.publish('ohlc BTC/USD 60', 3);
  await when(async () => (await run(shown))[1].length === 2, 'the other to run on');
  assert.deepEqual((await run(told)).flat(), []);
  assert.deepEqual(peer.faults, []);
});

test('centrifugo: what came while the socket was away is there once, and silence is the end of a socket', async (t) => {
  const { run } = await stage.open(t);
  const peer = await startCentrifugo(t, { ping: 0.5 });
  await run(begin, peer.url, { preset: 'centrifugo' }, [of({ channel: 'a' }, '$.data.v')]);
  await when(() => peer.open[0]?.subscribed.has('a'), 'the subscription');
  peer.publish('a', 1);
  await when(async () => (await run(shown))[0].length === 1, 'a row');
  await when(() => peer.open[0].said.some((text) => text.trim() === '{}'), 'the answer to a ping');
  await peer.stop();
  peer.publish('a', 2);
  peer.publish('a', 3);
  await peer.start();
  await when(() => peer.open[0]?.subscribed.has('a'), 'the subscription again');
  peer.publish('a', 4);
  await when(async () => (await run(shown))[0].length >= 4, 'all rows');
  assert.deepEqual(await run(shown), [[1, 2, 3, 4]]);
  assert.deepEqual(peer.faults, []);
  const before = peer.links.length;
  peer.fallSilent();
  await when(() => peer.links.length > before, 'another socket after 10.5 s of silence', 30_000);
});

test('phoenix: a channel that crashed is joined again', async (t) => {
  const { run } = await stage.open(t);
  const peer = await startPhoenix(t);
  await run(begin, peer.url, { preset: 'phoenix' }, [of({ topic: 'room:a' }), of({ topic: 'room:b' })]);
  await when(() => peer.open[0]?.subscribed.size === 2, 'the joins');
  peer.crash('room:a');
  await when(() => peer.open[0].subscribed.size === 2, 'the join after the crash');
  peer.publish('room:a', 1);
  peer.publish('room:b', 2);
  await when(async () => (await run(shown)).flat().length >= 2, 'the rows');
  assert.deepEqual(await run(shown), [[1], [2]]);
  assert.equal(peer.links.length, 1);
  assert.deepEqual(peer.faults, []);
});

test('pusher: an app that does not exist is told and not asked for again', async (t) => {
  const { run } = await stage.open(t);
  const peer = await startPusher(t);
  await run(begin, `${peer.url}/app/other`, { preset: 'pusher' }, [of({ channel: 'a' })]);
  await when(async () => /App key does not exist \(code 4001\)/.test((await run(told)).flat().join()), 'the refusal');
  await run(({ sleep }) => sleep(1000));
  assert.equal(peer.links.length, 1);
});

test('loki: each log query has a socket, each stream is a row, and what was left out is told', async (t) => {
  const { run } = await stage.open(t);
  const peer = await startLoki(t);
  const queries = ['{app="a"}', '{app="b"} |= "x"', '{app="c"}'];
  const fields = [{ path: '$.stream.v', name: 'v', type: 'number' }];
  const [a, b, c] = queries;
  const targets = [
    { params: { query: a }, fields },
    { params: { query: b, limit: '5' }, fields },
    { path: `/loki/api/v1/tail?query=${encodeURIComponent(c)}`, fields },
    { params: { query: a }, fields: [...fields, { path: '$.values[0][1]', name: 'line' }] },
  ];
  await run(begin, peer.url, { preset: 'loki' }, targets);
  await when(() => peer.open.length === 3, 'the sockets');
  peer.publish(queries[0], [1, 2]);
  peer.publish(queries[1], [3], { dropped_entries: [{ labels: '{app="b"}', timestamp: '7' }] });
  peer.publish(queries[2], [4]);
  await when(async () => (await run(shown)).flat().length >= 6, 'the rows');
  assert.deepEqual(await run(shown), [[1, 2], [3], [4], [1, 2]]);
  const asked = peer.open.map(({ url }) => url.search).sort();
  assert.deepEqual(
    asked.map((search) => [...new URLSearchParams(search)]),
    [
      [['query', a]],
      [
        ['query', b],
        ['limit', '5'],
      ],
      [['query', c]],
    ]
  );
  const [fine, dropped] = await run(told);
  assert.deepEqual(fine, []);
  assert.match(dropped.join(), /"timestamp":"7"/);
  assert.deepEqual(peer.faults, []);
});

test('loki: lines come once each, also those that were logged while the connection was cut', async (t) => {
  const { run } = await stage.open(t);
  const peer = await startLoki(t);
  const query = '{app="a"}';
  peer.publish(query, [1, 2]);
  await run(begin, peer.url, { preset: 'loki' }, [
    { params: { query }, fields: [{ path: '$.stream.v', name: 'v', type: 'number' }] },
  ]);
  await when(async () => (await run(shown)).flat().length >= 2, 'what was there');
  peer.publish(query, [3]);
  await when(async () => (await run(shown)).flat().length >= 3, 'what comes');
  for (const lost of [4, 6]) {
    await peer.stop();
    peer.publish(query, [lost]);
    await peer.start();
    await when(() => peer.open.length === 1, 'the next connection');
    peer.publish(query, [lost + 1]);
    await when(async () => (await run(shown)).flat().length > lost, 'what was missed');
  }
  assert.deepEqual(await run(shown), [[1, 2, 3, 4, 5, 6, 7]]);
  assert.deepEqual(peer.faults, []);
});

test('polygon: who is let in reads its own events, and a refused event is told', async (t) => {
  const { run } = await stage.open(t);
  const tokens = await startTokenServer(t);
  // The first key has expired when it comes; the preset asks for another.
  const peer = await startPolygon(t, (key) => key === 'tok-2');
  const token = { url: tokens.httpUrl, path: '/auth', pointer: '/data/token' };
  const targets = ['AAPL', 'MSFT', 'NONE'].map((symbol) => of({ event: 'T', symbol }));
  await run(begin, peer.url, { preset: 'polygon', token }, targets, CREDENTIALS);
  await when(() => peer.open.at(-1)?.subscribed.size === 2, 'the subscriptions');
  await when(async () => /not authorized to subscribe to T.NONE/.test((await run(told))[2].join()), 'the refusal');
  peer.publish('T.AAPL', 1);
  peer.publish('T.MSFT', 2);
  await when(async () => (await run(shown)).flat().length >= 2, 'the rows');
  assert.deepEqual(await run(shown), [[1], [2], []]);
  await run(() => window.presetReadings[0].stop());
  await when(() => peer.open.at(-1)?.subscribed.size === 1, 'what nobody reads to be taken back');
  assert.equal(tokens.state.asked.length, 2);
  assert.deepEqual(peer.faults, []);
});

test('home-assistant: who has a token reads entities over one socket, and a refused one is told', async (t) => {
  const { run } = await stage.open(t);
  const tokens = await startTokenServer(t);
  const peer = await startHomeAssistant(t, (token) => token === 'tok-1');
  const token = { url: tokens.httpUrl, path: '/auth', pointer: '/data/token' };
  const entities = ['sensor.a', 'sensor.b', 'lock.none'];
  const targets = entities.map((entity) => of({ entities: entity }, `$.c['${entity}']['+'].s`));
  await run(begin, peer.url, { preset: 'home-assistant', token }, targets, CREDENTIALS);
  await when(() => peer.open.at(-1)?.subscribed.size === 2, 'the subscriptions');
  await when(async () => /Unauthorized \(code unauthorized\)/.test((await run(told))[2].join()), 'the refusal');
  peer.publish('sensor.a', 1);
  peer.publish('sensor.b', 2);
  await when(async () => (await run(shown)).flat().length >= 2, 'the rows');
  assert.deepEqual(await run(shown), [[1], [2], []]);
  await run(() => window.presetReadings[0].stop());
  await when(() => peer.open.at(-1)?.subscribed.size === 1, 'what nobody reads to be taken back');
  assert.deepEqual(peer.faults, []);
});

const OWN_SOCKETS = [
  {
    preset: 'moonraker',
    start: startMoonraker,
    topics: ['extruder', 'heater_bed'],
    targets: ['extruder', 'heater_bed'].map((name) => of({ objects: { [name]: null } }, `$.${name}.v`)),
    // What is so when the subscription begins is the first row.
    before: [0],
  },
  {
    preset: 'signalk',
    start: startSignalK,
    topics: ['navigation.log', 'navigation.speedOverGround'],
    targets: ['navigation.log', 'navigation.speedOverGround'].map((path) =>
      of({ path, period: '500' }, '$.updates[*].values[*].value')
    ),
    before: [],
  },
];

for (const { preset, start, topics, targets, before } of OWN_SOCKETS) {
  test(`${preset}: each query has a socket and its own rows, also after a cut`, async (t) => {
    const { run } = await stage.open(t);
    const peer = await start(t);
    const all = () => peer.open.flatMap(({ subscribed }) => [...subscribed.keys()]).sort();
    const both = () => String(all()) === String(topics);
    await run(begin, peer.url, { preset }, targets);
    await when(both, 'the subscriptions');
    topics.forEach((topic, index) => peer.publish(topic, index + 1));
    const count = 2 * before.length + 2;
    await when(async () => (await run(shown)).flat().length >= count, 'the rows');
    assert.deepEqual(await run(shown), [
      [...before, 1],
      [...before, 2],
    ]);
    peer.cut();
    await when(() => peer.links.length === 4 && both(), 'the subscriptions on other sockets');
    topics.forEach((topic, index) => peer.publish(topic, index + 3));
    await when(async () => (await run(shown)).flat().length >= 2 * count, 'rows again');
    assert.deepEqual(await run(shown), [
      [...before, 1, ...before, 3],
      [...before, 2, ...before, 4],
    ]);
    assert.deepEqual(await run(told), [[], []]);
    assert.deepEqual(peer.faults, []);
  });
}
