// Ports of servers that tests start.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A port of this machine that nothing listens on. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}

/** Whether somebody listens there. @param {number} port */
async function answers(port) {
  const socket = connect(port, '127.0.0.1');
  const open = await once(socket, 'connect').then(
    () => true,
    () => false
  );
  socket.destroy();
  return open;
}

/**
 * Waits until a program listens.
 * @param {{ name: string, server: import('node:child_process').ChildProcess, ports: number[], ms: number, said: () => string }} options
 *   what is waited for and how long; `said` is what the program printed
 */
export async function listening({ name, server, ports, ms, said }) {
  const end = Date.now() + ms;
  for (const port of ports) {
    while (!(await answers(port))) {
      if (server.exitCode !== null || Date.now() > end) {
        throw new Error(`${name} does not listen on port ${port}: ${said()}`);
      }
      await sleep(20);
    }
  }
}
