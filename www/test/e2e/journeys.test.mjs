// From a data source page that says nothing to a right panel, as somebody does who knows the address and nothing else: in
// at most 12 actions, and without a path. journeys/person.mjs says how they are counted.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Person } from './journeys/person.mjs';
import { boat, broker } from './journeys/servers.mjs';
import { setStage } from './stage.mjs';

/**
 * @typedef {import('node:test').TestContext} TestContext
 * @typedef {import('./journeys/servers.mjs').Sent} Sent
 */

const stage = setStage();

/** Of the newest messages one must be on the screen: others come while it is read. */
const NEWEST = 12;

/** @param {TestContext} t */
async function begin(t) {
  const { page, feed } = await stage.visit(t, { page: 'datasource', uid: 'added' });
  return { person: new Person(page), feed };
}

/** Saves, and goes on to a panel with an empty query. @param {Person} person */
async function build(person) {
  await person.click('button', 'Save & test');
  await person.click('link', 'Build a dashboard');
}

/** Opens the feed, and takes what is suggested. @param {Person} person */
async function takeSuggestion(person) {
  await person.click('button', 'See the feed');
  await person.sees(/[1-9]\d* in all/);
  await person.click('button', 'Suggest');
  await person.sees('The query was filled in from the messages.');
}

/**
 * Whether the panel shows these series and no others, each drawn, with the newest values, and nobody complains.
 * @param {string[]} names
 * @param {() => Sent[]} sent the newest
 * @returns {(seen: import('./journeys/picture.mjs').Seen) => void}
 */
const shows = (names, sent) => (seen) => {
  assert.deepEqual(seen.series.map(({ name }) => name).sort(), [...names].sort());
  const newest = sent();
  for (const { name, last, drawn } of seen.series) {
    assert.ok(drawn > 0, `${name} is not drawn`);
    const [number] = last.match(/-?[\d.]+/) ?? [];
    assert.ok(number !== undefined, `${name} has no last value but "${last}"`);
    const digits = number.split('.')[1]?.length ?? 0;
    const values = newest.flatMap(([series, value]) => (series === name ? [value.toFixed(digits)] : [])).slice(-NEWEST);
    assert.ok(values.includes(number), `${name} shows ${last}, and the server has sent ${values.join(', ')}`);
  }
  assert.deepEqual(
    seen.notices.filter(({ severity }) => severity !== 'info'),
    []
  );
};

/** The newest messages of a feed, as values. @param {any} feed @param {string} path @param {(text: string) => Sent[]} read */
const newestOf = (feed, path, read) => () =>
  feed
    .sent(path)
    .slice(-200)
    .flatMap((/** @type {string | Buffer} */ message) => read(String(message)));

test('time and value: the address is enough', async (t) => {
  const { person, feed } = await begin(t);
  await person.write('URL', `${feed.url}/simple?period=200`);
  await build(person);
  await person.chooseTimeRange('Last 5 minutes');
  await takeSuggestion(person);
  const sent = newestOf(feed, '/simple', (text) => [['value', JSON.parse(text).value]]);
  await person.arrives('time-value', shows(['value'], sent));
});

test('nested sensors: what is wanted is clicked in a message', async (t) => {
  const { person, feed } = await begin(t);
  await person.write('URL', `${feed.url}/sensors?period=300`);
  await build(person);
  await person.chooseTimeRange('Last 5 minutes');
  await person.click('button', 'See the feed');
  await person.click('button', /^temperature: /);
  await person.click('button', /^device: /);
  await person.click('button', /^ts: /);
  const names = ['pump-1', 'pump-2', 'pump-3'];
  const sent = newestOf(feed, '/sensors', (text) => {
    const { device, readings } = JSON.parse(text);
    return [[device, readings.temperature]];
  });
  await person.arrives('nested-sensors', shows(names, sent));
});

test('Signal K: the known server, and the path of the values', async (t) => {
  const { person } = await begin(t);
  const { url, sent } = await boat(t);
  await person.choose('Known server', 'Signal K');
  await person.write('URL', url);
  await build(person);
  await person.write('Signal K path', 'navigation.*');
  await person.chooseTimeRange('Last 5 minutes');
  await takeSuggestion(person);
  await person.arrives('signal-k', shows(['navigation.speedOverGround', 'navigation.headingTrue'], sent));
});

test('Binance trades: the known server, and the stream', async (t) => {
  const { person, feed } = await begin(t);
  await person.choose('Known server', 'Binance');
  await person.write('URL', feed.url);
  await build(person);
  await person.write('Streams', 'btcusdt@trade');
  await person.chooseTimeRange('Last 5 minutes');
  await takeSuggestion(person);
  const sent = newestOf(feed, '/stream', (text) => {
    const { data } = JSON.parse(text);
    return data ? [[data.s, Number(data.p)]] : [];
  });
  await person.arrives('binance-trades', shows(['BTCUSDT'], sent));
});

test('MQTT topics: the known server, and a filter of topics', async (t) => {
  const { person, feed } = await begin(t);
  const { url, sent } = await broker(t, feed);
  await person.choose('Known server', 'Mosquitto');
  await person.write('URL', url);
  await build(person);
  await person.write('Topic', 'plant/#');
  await person.chooseTimeRange('Last 5 minutes');
  await takeSuggestion(person);
  const topics = [...new Set(sent().map(([topic]) => topic))];
  await person.arrives('mqtt-topics', shows(topics, sent));
});

test('CSV lines: the address is enough', async (t) => {
  const { person, feed } = await begin(t);
  await person.write('URL', `${feed.url}/replay/csv-header?loop=1`);
  await build(person);
  await person.chooseTimeRange('Last 5 minutes');
  await takeSuggestion(person);
  const sent = newestOf(feed, '/replay/csv-header', (text) => {
    const rows = text.split(/\r?\n/).map((line) => line.split(';'));
    return rows.flatMap(([, sensor, value]) => (Number(value) ? [[sensor, Number(value)]] : []));
  });
  await person.arrives('csv-lines', shows(['boiler', 'tank'], sent));
});
