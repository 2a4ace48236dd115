// A server that plays one side of a specification, for a test: what the servers of the scripted peers have in common.
import { once } from 'node:events';

import { WebSocketServer } from 'ws';

/**
 * @typedef {object} Link one connection
 * @property {(message: unknown) => void} send a text as it is, anything else as JSON
 * @property {(code: number, reason: string) => void} close
 * @property {URL} url what was asked for
 * @property {string[]} said what the client has said
 * @property {Map<string, any>} subscribed what it is subscribed to
 * @property {(what: string, code?: number) => void} refuse the client has broken the specification
 */

/**
 * @typedef {object} Peer
 * @property {string} url
 * @property {Link[]} links every connection there has been
 * @property {Link[]} open those that are open
 * @property {string[]} faults how clients have broken the specification
 * @property {() => void} cut ends all connections without a word
 * @property {() => Promise<void>} stop
 * @property {() => Promise<void>} start on the same port
 */

/**
 * Starts a server for one test.
 * @param {import('node:test').TestContext} t
 * @param {(link: Link) => (text: string) => void} talk what it says to a new connection; gives what hears the client
 * @returns {Promise<Peer>}
 */
export async function startPeer(t, talk) {
  let port = 0;
  /** @type {WebSocketServer} */
  let server;
  /** @type {Link[]} */
  const links = [];
  /** @type {Map<Link, import('ws').WebSocket>} */
  const open = new Map();
  /** @type {string[]} */
  const faults = [];
  const start = async () => {
    server = new WebSocketServer({ port, host: '127.0.0.1' });
    await once(server, 'listening');
    ({ port } = /** @type {import('node:net').AddressInfo} */ (server.address()));
    server.on('connection', (socket, request) => {
      /** @type {Link} */
      const link = {
        send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
        close: (code, reason) => socket.close(code, reason),
        url: new URL(request.url ?? '/', 'ws://peer'),
        said: [],
        subscribed: new Map(),
        refuse(what, code = 1002) {
          faults.push(what);
          socket.close(code, what);
        },
      };
      links.push(link);
      open.set(link, socket);
      socket.on('close', () => open.delete(link));
      const hear = talk(link);
      socket.on('message', (data, isBinary) => {
        if (isBinary) {
          link.refuse('a binary message', 1003);
          return;
        }
        link.said.push(String(data));
        try {
          hear(String(data));
        } catch (error) {
          link.refuse(`${error} of ${data}`);
        }
      });
    });
  };
  const cut = () => open.forEach((socket) => socket.terminate());
  const stop = async () => {
    cut();
    await new Promise((resolve) => server.close(resolve));
  };
  t.after(stop);
  await start();
  return {
    url: `ws://127.0.0.1:${port}`,
    links,
    get open() {
      return [...open.keys()];
    },
    faults,
    cut,
    stop,
    start,
  };
}

/**
 * Whether an object has these members and no others; `?` behind a name: it may be left out.
 * @param {any} object
 * @param {string[]} names
 */
export function hasOnly(object, names) {
  const known = names.map((name) => name.replace('?', ''));
  const needed = names.filter((name) => !name.endsWith('?'));
  const isObject = typeof object === 'object' && object !== null && !Array.isArray(object);
  return (
    isObject && Object.keys(object).every((name) => known.includes(name)) && needed.every((name) => name in object)
  );
}
