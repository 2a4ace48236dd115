// A WAMP router for a test: Crossbar.io.
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { pipProgram, skipWithout } from '../../../scripts/setup/ownFolders.mjs';
import { ask, newFolder, startProgram } from './ownServer.mjs';
import { freePort } from './ports.mjs';

export const NO_CROSSBAR = skipWithout('crossbar');

/** One realm, "plant". Topics that begin with "secret" are for nobody; who shows the ticket is a viewer. */
const ROLES = ['anonymous', 'viewer'].map((name) => ({
  name,
  permissions: [
    { uri: '', match: 'prefix', allow: { subscribe: true, publish: true } },
    { uri: 'secret', match: 'prefix', allow: { subscribe: false } },
  ],
}));
const TICKETS = { type: 'static', principals: { viewer: { ticket: 's3cret', role: 'viewer' } } };

/** @param {import('node:test').TestContext} t */
export async function startCrossbar(t) {
  const [folder, port] = [newFolder('crossbar'), await freePort()];
  const auth = { anonymous: { type: 'static', role: 'anonymous' }, ticket: TICKETS };
  const paths = {
    '/': { type: 'static', directory: '.' },
    ws: { type: 'websocket', serializers: ['json'], auth },
    publish: { type: 'publisher', realm: 'plant', role: 'anonymous' },
  };
  const transport = { type: 'web', endpoint: { type: 'tcp', interface: '127.0.0.1', port }, paths };
  const router = { type: 'router', realms: [{ name: 'plant', roles: ROLES }], transports: [transport] };
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ version: 2, workers: [router] }));
  const program = pipProgram('crossbar', 'crossbar');
  const args = ['start', '--cbdir', folder];
  const publish = (/** @type {string} */ topic, /** @type {unknown[]} */ args, /** @type {object} */ kwargs = {}) =>
    ask(`http://127.0.0.1:${port}/publish`, { topic, args, kwargs });
  const server = await startProgram(t, {
    name: 'crossbar',
    program,
    args,
    folder,
    ask: () => publish('ready', []),
  });
  return { ...server, url: `ws://127.0.0.1:${port}/ws`, publish };
}
