// A Signal K server for a test, and a sensor that tells it values.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import WebSocket from 'ws';

import { npmFolder, skipWithout } from '../../../scripts/setup/ownFolders.mjs';
import { ask, newFolder, startProgram } from './ownServer.mjs';
import { freePort } from './ports.mjs';

export const NO_SIGNALK = skipWithout('signalk');

const PROGRAM = path.join(npmFolder('signalk', 'signalk-server'), 'bin', 'signalk-server');
const UUID = 'urn:mrn:signalk:uuid:c0d79334-4e25-4245-8892-54e8ccc8021d';

/** @param {import('node:test').TestContext} t */
export async function startSignalK(t) {
  const [folder, port] = [newFolder('signalk'), await freePort()];
  const settings = { interfaces: {}, pipedProviders: [], vessel: { name: 'test', uuid: UUID }, mdns: false };
  writeFileSync(path.join(folder, 'settings.json'), JSON.stringify(settings));
  const server = await startProgram(t, {
    name: 'signalk-server',
    program: process.execPath,
    args: [PROGRAM, '-c', folder],
    folder,
    ask: () => ask(`http://127.0.0.1:${port}/signalk`),
    env: { PORT: String(port), SIGNALK_DISABLE_SERVER_UPDATES: 'true' },
  });
  return {
    ...server,
    url: `ws://127.0.0.1:${port}`,
    /** A sensor connects; what it gives tells the server values, each in a delta. */
    async sensor() {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/signalk/v1/stream?subscribe=none`);
      t.after(() => socket.terminate());
      await once(socket, 'open');
      // A restart of the server is no fault of the sensor.
      socket.on('error', () => {});
      return (/** @type {string} */ name, /** @type {number} */ value, context = 'vessels.self') =>
        socket.send(JSON.stringify({ context, updates: [{ values: [{ path: name, value }] }] }));
    },
  };
}
