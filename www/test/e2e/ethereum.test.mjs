// The preset Ethereum against anvil, a node of Foundry.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { NO_ANVIL, startAnvil } from '../support/anvilServer.mjs';
import { begin, leave, shown, told, when } from './presetPage.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

const HEADS = { params: { params: '["newHeads"]' }, fields: [{ path: '$.hash', name: 'v', type: 'string' }] };
const PENDING = { params: { params: ['newPendingTransactions'] }, fields: [{ path: '$', name: 'v', type: 'string' }] };
const UNKNOWN = { params: { params: '["nothing"]' } };

test(
  'ethereum: subscriptions share a socket, a refusal is told where it belongs, and a restart is survived',
  { skip: NO_ANVIL },
  async (t) => {
    const { run } = await stage.open(t);
    const node = await startAnvil(t);
    await run(begin, node.url, { preset: 'ethereum' }, [HEADS, PENDING, UNKNOWN]);
    await when(async () => (await run(told))[2].length > 0, 'the refusal');
    assert.match((await run(told))[2].join(), /^The server refused the subscription: .+ \(code -32602\)/);
    const hash = await node.pay();
    await node.mine();
    const head = await node.newest();
    await when(async () => (await run(shown)).flat().length >= 2, 'the rows');
    assert.deepEqual(await run(shown), [[head], [hash], []]);
    assert.deepEqual((await run(told)).slice(0, 2), [[], []]);

    await node.stop();
    await when(async () => /^Not connected to/.test((await run(told))[0][0] ?? ''), 'the panel to say so');
    await node.start();
    await when(async () => (await run(told)).slice(0, 2).flat().length === 0, 'the panels to say no more');
    await when(async () => (await run(told))[2].length > 0, 'the refusal again');
    const another = await node.pay();
    await node.mine();
    await when(async () => (await run(shown)).flat().length >= 4, 'rows again');
    assert.deepEqual(await run(shown), [[head, await node.newest()], [hash, another], []]);

    await run(leave, 1);
    await node.mine();
    await when(async () => (await run(shown))[0].length === 3, 'the other to run on');
  }
);
