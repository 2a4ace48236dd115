// That the page is made of the versions that the test run says it is made of.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { hostNamed } from '../../../scripts/setup/hosts.mjs';
import { HOST, setStage } from './stage.mjs';

const stage = setStage();

test("the plugin runs on the host's version of Grafana's packages, and with its React", async (t) => {
  const { run } = await stage.open(t);
  const found = await run(({ harness }) => ({
    version: harness.runtime.config.buildInfo.version,
    react: /** @type {any} */ (window).System.get('app:react').default.version,
  }));
  const { version, react } = hostNamed(HOST);
  assert.deepEqual(found, { version, react });
});
