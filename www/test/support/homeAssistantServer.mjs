// Home Assistant's core for a test.
import { fileURLToPath } from 'node:url';

import { pipProgram, skipWithout } from '../../../scripts/setup/ownFolders.mjs';
import { ask, newFolder, startProgram } from './ownServer.mjs';
import { freePort } from './ports.mjs';

export const NO_HOME_ASSISTANT = skipWithout('homeassistant');

const SCRIPT = fileURLToPath(new URL('homeAssistant/server.py', import.meta.url));

/** @param {import('node:test').TestContext} t */
export async function startHomeAssistant(t) {
  const [folder, port] = [newFolder('homeassistant'), await freePort()];
  let token = '';
  /** @type {((line: string) => void)[]} */
  const waiting = [];
  const server = await startProgram(t, {
    name: 'Home Assistant',
    program: pipProgram('homeassistant', 'python'),
    args: [SCRIPT, folder, String(port)],
    folder,
    ask: () => ask(`http://127.0.0.1:${port}/auth/providers`),
    onLine(line) {
      const [what, value] = line.split(' ');
      if (what === 'token') {
        token = value;
      } else if (what === 'subscriptions') {
        waiting.shift()?.(value);
      }
    },
  });
  return {
    ...server,
    url: `ws://127.0.0.1:${port}`,
    /** An access token of its owner, another one after each start. */
    token: () => token,
    /** @param {string} entity @param {string | number} value */
    set: (entity, value) => server.write(`${entity} ${value}`),
    /** How many subscriptions there are of all connections. @returns {Promise<number>} */
    subscriptions: () =>
      new Promise((resolve) => {
        waiting.push((text) => resolve(Number(text)));
        server.write('subscriptions');
      }),
  };
}
