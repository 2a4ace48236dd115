// What the tests of presets have in common: queries of one data source on a page, and what each of them shows.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until it is so.
 * @param {() => unknown} condition
 * @param {string} what
 * @param {number} [ms] how long at most: servers of others are slow to start, and the machine may be busy
 */
export async function when(condition, what, ms = 60_000) {
  for (const end = Date.now() + ms; !(await condition()); await sleep(20)) {
    assert.ok(Date.now() < end, `waited ${ms} ms for ${what}`);
  }
}

/**
 * Queries of one data source begin to read; the page keeps them for the calls that follow.
 * @param {any} kit
 * @param {string} url
 * @param {object} settings of the data source
 * @param {object[]} targets what each of the queries says; without fields it reads `$.v`
 */
export async function begin({ source, read }, url, settings, targets) {
  const dataSource = await source({ reconnect: { minMs: 50, maxMs: 200 }, lingerMs: 100, ...settings }, { url });
  window.presetReadings = targets.map((target) =>
    read(dataSource, { fields: [{ path: '$.v', type: 'number' }], ...target })
  );
}

/** The values that each query shows. */
export const shown = ({ values }) => window.presetReadings.map(({ latest }) => values(latest, 'v'));

/** What each query is told besides. */
export const told = ({ notices }) =>
  window.presetReadings.map(({ latest }) => [
    ...notices(latest),
    ...(latest?.errors ?? []).map(({ message }) => message),
  ]);

/** The panel of a query is closed. */
export const leave = (_kit, index) => void window.presetReadings[index].stop();
