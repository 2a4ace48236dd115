// What both protocols of GraphQL subscriptions have to do; each is tested against a server of its own.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { begin, leave, shown, told, when } from './presetPage.mjs';

/**
 * @typedef {ReturnType<typeof import('./stage.mjs').setStage>} Stage
 * @typedef {Awaited<ReturnType<typeof import('../support/graphqlServer.mjs').startGraphql>>} GraphqlServer
 *
 * @typedef {object} Side
 * @property {Stage} stage
 * @property {{ preset: string }} preset the settings of the data source
 * @property {(t: import('node:test').TestContext) => Promise<GraphqlServer>} start a server for one test
 * @property {(sensor: string) => object} reads a query that reads a sensor
 * @property {{ target: object, says: RegExp }} refused a query that the server refuses, and its words
 */

/** Registers the tests. @param {Side} side */
export function testSubscriptions({ stage, preset, start, reads, refused }) {
  test('subscriptions share a socket, each gets its own, and an end or a refusal concerns one alone', async (t) => {
    const { run } = await stage.open(t);
    const server = await start(t);
    const wrong = { params: { query: 'subscription { tock { v } }' } };
    const countdown = {
      params: { query: 'subscription { countdown(from: 3) { v } }' },
      fields: [{ path: '$.countdown.v', type: 'number' }],
    };
    await run(begin, server.url, preset, [reads('a'), reads('b'), wrong, countdown, refused.target]);
    await when(async () => server.ticks.sensors().join() === 'a,b', 'the subscriptions');
    await when(
      async () => (await run(told)).filter((texts) => texts.length > 0).length === 3,
      'what is said of the others'
    );
    server.ticks.publish('a', 1);
    server.ticks.publish('b', 2);
    server.ticks.publish('a', 3);
    await when(async () => (await run(shown)).flat().length === 6, 'the rows');
    assert.deepEqual(await run(shown), [[1, 3], [2], [], [3, 2, 1], []]);
    const [a, b, unknown, over, other] = await run(told);
    assert.deepEqual([a, b], [[], []]);
    assert.match(
      unknown.join(),
      /^The server refused the subscription: Cannot query field "tock" on type "Subscription"/
    );
    assert.match(over.join(), /^The server has ended the subscription/);
    assert.match(other.join(), refused.says);
    assert.equal(server.clients().length, 1);
    await run(leave, 1);
    await when(async () => server.ticks.sensors().join() === 'a', 'the subscription to be taken back');
    await run(leave, 0);
    await when(async () => server.ticks.sensors().length === 0, 'the other one as well');
  });

  test('after a restart of the server everything is subscribed to anew', async (t) => {
    const { run } = await stage.open(t);
    const server = await start(t);
    await run(begin, server.url, preset, [reads('a'), reads('b')]);
    await when(async () => server.ticks.sensors().length === 2, 'the subscriptions');
    server.ticks.publish('a', 1);
    await when(async () => (await run(shown))[0].length === 1, 'the row');
    await server.stop();
    await when(
      async () => (await run(told)).every(([text]) => /^Not connected to/.test(text ?? '')),
      'the panels to say so'
    );
    await when(async () => server.ticks.sensors().length === 0, 'the server to forget');
    await server.start();
    await when(async () => server.ticks.sensors().length === 2, 'the subscriptions again');
    server.ticks.publish('a', 2);
    server.ticks.publish('b', 3);
    await when(async () => (await run(shown)).flat().length === 3, 'rows again');
    assert.deepEqual(await run(shown), [[1, 2], [3]]);
    await when(async () => (await run(told)).flat().length === 0, 'the panels to say no more');
  });
}
