// Node-RED for a test, with a flow that sends what comes by HTTP out by WebSocket.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { npmFolder, skipWithout } from '../../../scripts/setup/ownFolders.mjs';
import { ask, newFolder, startProgram } from './ownServer.mjs';
import { freePort } from './ports.mjs';

export const NO_NODE_RED = skipWithout('node-red');

const PROGRAM = path.join(npmFolder('node-red', 'node-red'), 'red.js');

/** POST /payload and /message, to the sockets at /ws/payload and /ws/message. */
const FLOW = [
  { id: 'tab', type: 'tab', label: 'test' },
  ...['payload', 'message'].flatMap((name) => [
    { id: `in-${name}`, z: 'tab', type: 'http in', url: `/${name}`, method: 'post', wires: [[`fn-${name}`]] },
    {
      id: `fn-${name}`,
      z: 'tab',
      type: 'function',
      func: 'const { payload, topic } = msg.payload; return [msg, { payload, topic }];',
      outputs: 2,
      wires: [[`re-${name}`], [`out-${name}`]],
    },
    { id: `re-${name}`, z: 'tab', type: 'http response', statusCode: '204', wires: [] },
    { id: `out-${name}`, z: 'tab', type: 'websocket out', server: `ws-${name}`, client: '', wires: [] },
    { id: `ws-${name}`, type: 'websocket-listener', path: `/ws/${name}`, wholemsg: String(name === 'message') },
  ]),
];

/** @param {import('node:test').TestContext} t */
export async function startNodeRed(t) {
  const [folder, port] = [newFolder('node-red'), await freePort()];
  const flow = path.join(folder, 'flow.json');
  writeFileSync(flow, JSON.stringify(FLOW));
  writeFileSync(
    path.join(folder, 'settings.js'),
    'module.exports = { uiHost: "127.0.0.1", telemetry: { enabled: false } };'
  );
  const args = [
    PROGRAM,
    '--userDir',
    folder,
    '--settings',
    path.join(folder, 'settings.js'),
    '--port',
    String(port),
    flow,
  ];
  const send = (
    /** @type {'payload' | 'message'} */ name,
    /** @type {{ payload: unknown, topic?: string }} */ message
  ) => ask(`http://127.0.0.1:${port}/${name}`, message);
  const server = await startProgram(t, {
    name: 'node-red',
    program: process.execPath,
    args,
    folder,
    // It listens before its flow runs.
    ask: () => Promise.all([send('payload', { payload: 0 }), send('message', { payload: 0 })]),
  });
  return { ...server, url: `ws://127.0.0.1:${port}`, send };
}
