// The suite of the Observable proposal, run against our class and, for comparison, against rxjs's.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { INAPPLICABLE } from './inapplicable.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

/** Checks that the suite makes when all its tests run as far as they get. */
const CHECKS = 177;

const names = (checks, pass) => checks.filter((check) => check.pass === pass).map((check) => check.name);

test('es-observable-tests', async (t) => {
  const { run } = await stage.open(t, ['rxjs', 'kit', 'suite']);
  const { ours, theirs } = await run(async ({ engine, rxjs }) => ({
    ours: await window.runSuite(engine.Observable),
    theirs: await window.runSuite(rxjs.Observable),
  }));

  await t.test(`all ${CHECKS} checks are made`, () => {
    assert.equal(ours.length, CHECKS);
  });
  await t.test('every check that applies passes', () => {
    const unexpected = names(ours, false).filter((name) => !(name in INAPPLICABLE));
    assert.deepEqual(unexpected, [], 'these fail and are not listed in inapplicable.mjs');
  });
  await t.test('every check that passes with rxjs 7.8 passes here too', () => {
    const passing = new Set(names(ours, true));
    assert.ok(names(theirs, true).length > 70, `rxjs passes only ${names(theirs, true).length} checks`);
    assert.deepEqual(
      names(theirs, true).filter((name) => !passing.has(name)),
      []
    );
  });
  const failing = new Set(names(ours, false));
  for (const [name, reason] of Object.entries(INAPPLICABLE)) {
    await t.test(`does not apply: ${name} (${reason})`, () => {
      assert.ok(failing.has(name), 'it passes now, or the suite has it no more: take it off the list');
    });
  }
});
