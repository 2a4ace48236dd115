// The preset Home Assistant against its core with http, auth and websocket_api.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { NO_HOME_ASSISTANT, startHomeAssistant } from '../support/homeAssistantServer.mjs';
import { startTokenGiver } from '../support/tokenGiver.mjs';
import { begin, leave, told, when } from './presetPage.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

/** What the first message of a subscription has of an entity, and what later ones have. */
const of = (/** @type {string} */ entities, entity = entities) => ({
  params: { entities },
  fields: [
    { path: `$.a['${entity}'].s`, name: 'first', type: 'number' },
    { path: `$.c['${entity}']['+'].s`, name: 'then', type: 'number' },
  ],
});

/** The states that each query shows. */
const states = ({ rows }) =>
  window.presetReadings.map(({ latest }) => rows(latest).map(({ first, then }) => first ?? then));

// It is large and slow to start, so it serves both of them.
test('home assistant', { skip: NO_HOME_ASSISTANT }, async (whole) => {
  const home = await startHomeAssistant(whole);
  await whole.test(
    'entities share a socket, a refusal is told where it belongs, and a restart is survived',
    async (t) => {
      const { run } = await stage.open(t);
      home.set('sensor.a', 1);
      home.set('sensor.b', 2);
      const giver = await startTokenGiver(t, home.token);
      const settings = { preset: 'home-assistant', token: giver.settings };
      await run(begin, home.url, settings, [of('sensor.a'), of('sensor.b, sensor.a', 'sensor.b'), of('nonsense')]);
      await when(async () => (await run(states)).flat().length >= 2, 'the first states');
      assert.match(
        (await run(told))[2].join(),
        /^The server refused the subscription: .*nonsense.* \(code invalid_format\)/
      );
      home.set('sensor.a', 3);
      home.set('sensor.b', 4);
      home.set('sensor.a', 5);
      await when(async () => (await run(states)).flat().length >= 5, 'the changes');
      assert.deepEqual(await run(states), [[1, 3, 5], [2, 4], []]);
      assert.deepEqual((await run(told)).slice(0, 2), [[], []]);
      assert.equal(await home.subscriptions(), 2);
      await run(leave, 1);
      await when(async () => (await home.subscriptions()) === 1, 'what nobody reads to be taken back');

      await home.stop();
      await when(async () => /^Not connected to/.test((await run(told))[0][0] ?? ''), 'the panel to say so');
      await home.start();
      home.set('sensor.a', 6);
      await when(async () => (await run(states))[0].includes(6), 'the state after the restart');
      home.set('sensor.a', 7);
      await when(async () => (await run(states))[0].includes(7), 'the change');
      assert.deepEqual((await run(states))[0], [1, 3, 5, 6, 7]);
      await when(async () => (await run(told))[0].length === 0, 'the panel to say no more');
    }
  );

  await whole.test('a token that is refused is fetched once more, and then no more', async (t) => {
    const { run } = await stage.open(t);
    const giver = await startTokenGiver(t, () => 'nonsense');
    await run(begin, home.url, { preset: 'home-assistant', token: giver.settings }, [of('sensor.a')]);
    await when(async () => /Invalid access token or password/.test((await run(told)).flat().join()), 'the refusal');
    await when(async () => giver.state.asked === 2, 'another token');
    await run(({ sleep }) => sleep(1000));
    assert.equal(giver.state.asked, 2);
    assert.match((await run(told)).flat().join(), /Invalid access token or password/);
  });
});
