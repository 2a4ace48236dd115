import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pace, runPaced } from './pace.mjs';

/**
 * Runs a pace on a clock of its own.
 *
 * @param {number} perSecond
 * @param {number} durationMs
 * @param {(now: number) => number} [late] how late the timer fires
 */
function play(perSecond, durationMs, late = () => 0) {
  const pace = new Pace(perSecond, 0);
  const sent = [];
  for (let now = 0; now < durationMs; now += pace.wait(now) + late(now)) {
    const due = pace.due(now);
    assert.ok(due >= 0);
    pace.take(due);
    sent.push({ now, due });
  }
  return { sent, total: sent.reduce((sum, { due }) => sum + due, 0) };
}

for (const rate of [0.5, 1, 10, 30, 100, 250, 1000, 200_000]) {
  test(`${rate} per second stays ${rate} per second although timers are late`, () => {
    const { total } = play(rate, 60_000, (now) => (now * 7) % 3.7);
    assert.ok(Math.abs(total - rate * 60) <= Math.max(1, rate * 0.02), `${total} messages in a minute`);
  });
}

test('the first message is due at once, the second a period later', () => {
  const { sent } = play(10, 150);
  assert.deepEqual(
    sent.filter(({ due }) => due > 0),
    [
      { now: 0, due: 1 },
      { now: 100, due: 1 },
    ]
  );
});

test('a short stall is caught up in slices', () => {
  const pace = new Pace(1000, 0);
  pace.take(pace.due(0));
  let total = 1;
  let largest = 0;
  for (let now = 200; now <= 300; now += 5) {
    const due = pace.due(now);
    pace.take(due);
    total += due;
    largest = Math.max(largest, due);
  }
  assert.equal(total, 301);
  assert.ok(largest <= 25, `${largest} at once`);
});

test('nothing is caught up after a sleep', () => {
  for (const rate of [1, 10, 1000, 100_000]) {
    const pace = new Pace(rate, 0);
    pace.take(pace.due(0));
    const hour = 3_600_000;
    assert.equal(pace.due(hour), 1);
    pace.take(1);
    assert.equal(pace.due(hour), 0);
  }
});

test('what a full socket did not take stays due, and is given up when it takes too long', () => {
  const pace = new Pace(1000, 0);
  assert.equal(pace.due(0), 1);
  pace.take(0);
  assert.equal(pace.due(10), 11);
  pace.take(3);
  assert.equal(pace.due(10), 8);
  assert.equal(pace.due(10_000), 1);
});

test('runPaced stops when told, also from within', async () => {
  let calls = 0;
  const stop = runPaced(1000, (due) => {
    calls++;
    stop();
    return due;
  });
  await sleep(50);
  assert.equal(calls, 1);

  const stopEarly = runPaced(1000, () => assert.fail('stopped before its first call'));
  stopEarly();
  await sleep(20);
});
