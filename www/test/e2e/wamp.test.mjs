// The preset WAMP against Crossbar.io.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { NO_CROSSBAR, startCrossbar } from '../support/crossbarServer.mjs';
import { startTokenGiver } from '../support/tokenGiver.mjs';
import { begin, leave, shown, told, when } from './presetPage.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

const SETTINGS = { preset: 'wamp', options: { realm: 'plant' } };
const of = (/** @type {object} */ params, path = '$[4][0]') => ({
  params,
  fields: [{ path, name: 'v', type: 'number' }],
});

/** Waits until all are subscribed: what is refused is the last that is answered. @param {any} run */
const answered = (run) => when(async () => (await run(told)).at(-1).length > 0, 'the refusal');

// The router is large and slow to start, so it serves all of them.
test('wamp', { skip: NO_CROSSBAR }, async (whole) => {
  const router = await startCrossbar(whole);
  await whole.test(
    'topics share a session, patterns and keyword arguments are read, and a refusal is told where it belongs',
    async (t) => {
      const { run } = await stage.open(t);
      await run(begin, router.url, SETTINGS, [
        of({ topic: 'pumps.1' }),
        of({ topic: 'pumps', match: 'prefix' }, '$[5].v'),
        of({ topic: '.1', match: 'wildcard' }),
        of({ topic: 'secret.1' }),
      ]);
      await answered(run);
      assert.match((await run(told))[3].join(), /^The server refused the subscription: wamp\.error\.not_authorized/);
      await router.publish('pumps.1', [1], { v: 10 });
      await router.publish('pumps.2', [2], { v: 20 });
      await router.publish('tanks.1', [3]);
      await router.publish('pumps.1', [4], { v: 40 });
      await when(async () => (await run(shown)).flat().length >= 8, 'the rows');
      assert.deepEqual(await run(shown), [[1, 4], [10, 20, 40], [1, 3, 4], []]);
      assert.deepEqual((await run(told)).slice(0, 3), [[], [], []]);
      await run(leave, 1);
      await router.publish('pumps.1', [5], { v: 50 });
      await when(async () => (await run(shown))[0].length === 3, 'the others to run on');
    }
  );

  await whole.test('after a restart of the router everything is subscribed to anew', async (t) => {
    const { run } = await stage.open(t);
    await run(begin, router.url, SETTINGS, [of({ topic: 'a' }), of({ topic: 'secret' })]);
    await answered(run);
    await router.publish('a', [1]);
    await when(async () => (await run(shown))[0].length === 1, 'the row');
    await router.stop();
    await when(async () => /^Not connected to/.test((await run(told))[0][0] ?? ''), 'the panel to say so');
    await router.start();
    await when(async () => (await run(told))[0].length === 0, 'the panel to say no more');
    await answered(run);
    await router.publish('a', [2]);
    await when(async () => (await run(shown))[0].length === 2, 'a row again');
    assert.deepEqual(await run(shown), [[1, 2], []]);
  });

  await whole.test(
    'a ticket opens the realm; a wrong one and another realm are told and not tried again',
    async (t) => {
      const { run } = await stage.open(t);
      const login = { realm: 'plant', authid: 'viewer', authmethods: 'ticket' };
      for (const [ticket, realm, refusal] of [
        ['wrong', 'plant', /wamp\.error\.not_authorized/],
        ['s3cret', 'other', /wamp\.error\.no_such_realm/],
      ]) {
        const giver = await startTokenGiver(t, () => String(ticket));
        await run(begin, router.url, { preset: 'wamp', options: { ...login, realm }, token: giver.settings }, [
          of({ topic: 'a' }),
        ]);
        await when(async () => /** @type {RegExp} */ (refusal).test((await run(told)).flat().join()), 'the refusal');
        const { asked } = giver.state;
        await run(({ sleep }) => sleep(1000));
        assert.equal(giver.state.asked, asked);
        await run(leave, 0);
      }
      const giver = await startTokenGiver(t, () => 's3cret');
      await run(begin, router.url, { preset: 'wamp', options: login, token: giver.settings }, [
        of({ topic: 'a' }),
        of({ topic: 'secret' }),
      ]);
      await answered(run);
      await router.publish('a', [7]);
      await when(async () => (await run(shown))[0].length === 1, 'the row');
      assert.deepEqual(await run(shown), [[7], []]);
    }
  );
});
