// The preset Signal K against signalk-server.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { NO_SIGNALK, startSignalK } from '../support/signalkServer.mjs';
import { begin, leave, shown, told, when } from './presetPage.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

const OTHER = 'vessels.urn:mrn:imo:mmsi:230099999';

const of = (/** @type {object} */ params) => ({
  params,
  fields: [{ path: '$.updates[*].values[*].value', name: 'v', type: 'number' }],
});

/**
 * Tells a value until each query has it: Signal K does not say when somebody is subscribed.
 * @param {any} run
 * @param {(name: string, value: number, context?: string) => void} tell
 * @param {number} mark
 */
const reached = (run, tell, mark) =>
  when(async () => {
    tell('navigation.mark', mark);
    tell('environment.depth.mark', mark);
    tell('navigation.mark', mark, OTHER);
    return (await run(shown)).every((/** @type {number[]} */ values) => values.includes(mark));
  }, 'the queries to be subscribed');

/** What came besides. @param {any} run */
const positive = async (run) =>
  (await run(shown)).map((/** @type {number[]} */ values) => values.filter((value) => value > 0));

test(
  'signal k: each query reads its paths and its vessels, and a restart is survived',
  { skip: NO_SIGNALK },
  async (t) => {
    const { run } = await stage.open(t);
    const boat = await startSignalK(t);
    let tell = await boat.sensor();
    await run(begin, boat.url, { preset: 'signalk' }, [
      of({ path: 'navigation.*' }),
      of({ path: 'environment.depth.*', period: '200' }),
      of({ path: 'navigation.*', context: OTHER }),
    ]);
    await when(async () => (await run(told)).flat().length === 0, 'the panels to be connected');
    await reached(run, tell, 0);
    tell('navigation.speedOverGround', 3.5);
    tell('environment.depth.belowKeel', 12);
    tell('navigation.speedOverGround', 7, OTHER);
    tell('navigation.speedThroughWater', 3.25);
    await when(async () => (await positive(run)).flat().length >= 4, 'the rows');
    assert.deepEqual(await positive(run), [[3.5, 3.25], [12], [7]]);
    assert.deepEqual(await run(told), [[], [], []]);

    await boat.stop();
    await when(async () => /^Not connected to/.test((await run(told))[0][0] ?? ''), 'the panel to say so');
    await boat.start();
    await when(async () => (await run(told)).flat().length === 0, 'the panels to say no more');
    tell = await boat.sensor();
    await reached(run, tell, -1);
    tell('navigation.speedOverGround', 4.5);
    tell('environment.depth.belowKeel', 13);
    await when(async () => (await positive(run)).flat().length >= 6, 'rows again');
    assert.deepEqual(await positive(run), [[3.5, 3.25, 4.5], [12, 13], [7]]);
    await run(leave, 1);
    tell('navigation.speedOverGround', 5.5);
    await when(async () => (await positive(run))[0].length === 4, 'the others to run on');
  }
);
