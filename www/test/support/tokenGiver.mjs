// A server that gives out one token, for tests of servers that take it in a message.
import { once } from 'node:events';
import { createServer } from 'node:http';

/** @param {import('node:test').TestContext} t @param {() => string} token */
export async function startTokenGiver(t, token) {
  const state = { asked: 0 };
  const server = createServer((_, response) => {
    state.asked += 1;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token: token() }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    state,
    /** What a data source says to have its tokens from here. */
    settings: { url: `http://127.0.0.1:${port}`, path: '/', pointer: '/token' },
  };
}
