// A server of the npm package socket.io for a test.
import { once } from 'node:events';
import http from 'node:http';

import { Server } from 'socket.io';

/**
 * Starts a server for one test.
 * @param {import('node:test').TestContext} t
 * @param {(io: Server) => void} set what it does with its clients
 * @param {Partial<import('socket.io').ServerOptions>} [options]
 */
export async function startSocketIo(t, set, options = {}) {
  let port = 0;
  /** @type {Server} */
  let io;
  const start = async () => {
    const server = http.createServer();
    io = new Server(server, options);
    set(io);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = /** @type {import('node:net').AddressInfo} */ (server.address()));
  };
  const stop = () => io.close();
  t.after(stop);
  await start();
  return {
    url: `ws://127.0.0.1:${port}`,
    start,
    stop,
    /** The server itself, which is another one after a restart. */
    get io() {
      return io;
    },
  };
}
