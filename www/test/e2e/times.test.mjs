// Times as devices write them, and parts of texts, read by the built plugin.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { setStage } from './stage.mjs';

const stage = setStage();

/** Sends a message by way of the feed's echo; hands back the row that it makes, and the notices. */
async function readEcho({ source, read, until, rows, notices, length }, { message, fields }) {
  const target = { path: '/echo', subscribe: JSON.stringify(message), fields };
  const reading = read(await source(), target);
  await until(() => length(reading.latest) >= 1, 'a row', 60_000);
  const { latest } = reading.stop();
  return { row: rows(latest)[0], notices: notices(latest) };
}

const TIME = { path: '$.t', name: 'time', role: 'time' };
const VALUE = { path: '$.v', name: 'value', type: 'number' };

/** @type {[name: string, fields: object[], message: object, time: string][]} */
const TIMES = [
  [
    'a local time of a zone',
    [{ ...TIME, timeZone: 'Europe/Berlin' }],
    { t: '2026-07-01T12:00:00' },
    '2026-07-01T10:00:00Z',
  ],
  [
    'a local time of an offset',
    [{ ...TIME, timeZone: '-03:30' }],
    { t: '2026-07-01 12:00:00' },
    '2026-07-01T15:30:00Z',
  ],
  ['what Go prints', [TIME], { t: '2022-12-29 18:22:32.25 +0000 UTC m=+0.1' }, '2022-12-29T18:22:32.250Z'],
  ['a hexadecimal time', [TIME], { t: '0x61605f35' }, '2021-10-08T15:09:41Z'],
  [
    'a date and a clock time',
    [
      { ...TIME, timeZone: 'UTC' },
      { path: '$.u', role: 'time' },
    ],
    { t: '2026-07-01', u: '12:31:07' },
    '2026-07-01T12:31:07Z',
  ],
  [
    'seconds and microseconds',
    [
      { ...TIME, timeFormat: 's' },
      { path: '$.u', role: 'time', timeFormat: 'us' },
    ],
    { t: 1782909067, u: 250000 },
    '2026-07-01T12:31:07.250Z',
  ],
];

for (const [name, fields, message, time] of TIMES) {
  test(`${name} is the time of its row`, async (t) => {
    const { run } = await stage.open(t);
    const { row, notices } = await run(readEcho, { message: { ...message, v: 1 }, fields: [...fields, VALUE] });
    assert.deepEqual(row, { time: Date.parse(time), value: 1 });
    assert.ok(!notices.some((text) => text.includes('no time zone')), notices.join('\n'));
  });
}

test('a local time without a zone is read as UTC, and a notice names the field', async (t) => {
  const { run } = await stage.open(t);
  const fields = [TIME, VALUE];
  const { row, notices } = await run(readEcho, { message: { t: '2026-01-01T12:00:00', v: 1 }, fields });
  assert.deepEqual(row, { time: Date.parse('2026-01-01T12:00:00Z'), value: 1 });
  const told = notices.filter((text) => text.startsWith('Field time: ') && text.includes('are read as UTC'));
  assert.equal(told.length, 1, notices.join('\n'));
});

test('a time of day is one of today', async (t) => {
  const { run } = await stage.open(t);
  const noon = [{ ...TIME, timeFormat: '%H:%M:%S', timeZone: 'UTC' }, VALUE];
  const before = new Date();
  const { row } = await run(readEcho, { message: { t: '12:31:07', v: 1 }, fields: noon });
  const days = [before, new Date()].map((now) => `${now.toISOString().slice(0, 10)}T12:31:07.000Z`);
  assert.ok(days.includes(new Date(row.time).toISOString()), new Date(row.time).toISOString());
});

test('a pattern takes the number out of a text', async (t) => {
  const { run } = await stage.open(t);
  const field = { ...VALUE, pattern: '([0-9.,]+) °C' };
  const fields = [{ ...TIME, timeZone: 'UTC' }, field];
  const { row } = await run(readEcho, { message: { t: '2026-01-01T12:00:00', v: '47.9 °C' }, fields });
  assert.equal(row.value, 47.9);
});
