import assert from 'node:assert/strict';
import { test } from 'node:test';
import { read, serve, until } from '../../test/support/feed.mjs';

test('the peer of Centrifugo wants a connect, confirms channels, sends each its own and refuses others', async (t) => {
  const feed = await serve(t);
  const reader = await read(`${feed.url}/connection/websocket`);
  const ask = (/** @type {object} */ command) => reader.ws.send(JSON.stringify(command));
  ask({ id: 1, connect: { name: 'test' } });
  const [connected] = await reader.takeJson(1);
  assert.deepEqual([connected.id, connected.connect.ping, connected.connect.pong], [1, 5, true]);
  ask({ id: 2, subscribe: { channel: 'plant:pump' } });
  ask({ id: 3, subscribe: { channel: 'plant:office' } });
  ask({ id: 4, subscribe: { channel: 'plant:pump' } });
  const [, first, second, third, pushed] = await reader.takeJson(5);
  assert.deepEqual(first, { id: 2, subscribe: {} });
  assert.deepEqual([second.error.code, third.error.code], [103, 105]);
  assert.equal(pushed.push.channel, 'plant:pump');
  assert.deepEqual(Object.keys(pushed.push.pub.data), ['ts', 'rpm']);
  await reader.leave();
});

test('the peer of Centrifugo leaves who does not connect first, and who does not answer pings', async (t) => {
  const feed = await serve(t);
  const hasty = await read(`${feed.url}/connection/websocket`);
  hasty.ws.send('{"id":1,"subscribe":{"channel":"plant:pump"}}');
  await until(() => hasty.closed !== undefined, 'the end');
  assert.equal(hasty.closed?.code, 3501);
  const mute = await read(`${feed.url}/connection/websocket`);
  mute.ws.send('{"id":1,"connect":{}}');
  await until(() => mute.closed !== undefined, 'the end', 15_000);
  assert.equal(mute.closed?.code, 3012);
  assert.ok(mute.messages.includes('{}'), 'it was asked');
});
