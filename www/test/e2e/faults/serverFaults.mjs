// Faults of the server.
import { STATUS_CODES } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { DROPPED, IDLE, NO_ANSWER } from './network.mjs';
import { frame } from './server.mjs';

/**
 * @typedef {import('./stand.mjs').Fault} Fault
 * @typedef {import('./stand.mjs').Stand} Stand
 * @typedef {import('./server.mjs').Answer} Answer
 */

const PING = 9;

/** Answers with an HTTP status. @param {number} status @param {string[]} headers @returns {Answer} */
function refuseWith(status, ...headers) {
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, 'Content-Length: 0', 'Connection: close', ...headers];
  return (_, socket) => void socket.end(`${lines.join('\r\n')}\r\n\r\n`);
}

/** A handshake that goes wrong twice after a connection was cut. @param {string} name @param {Answer} answer @returns {Fault} */
const refusal = (name, answer) => ({
  name,
  says: DROPPED,
  connection: 'is replaced',
  happens: async (stand) => {
    await stand.doubt();
    stand.server.answers = [answer, answer];
    stand.proxy.cut();
    await stand.asked(4);
    await stand.connected();
  },
});

/** A connection that the server closes. @param {number | undefined} code @param {string} meaning @param {string} [reason] @returns {Fault} */
const closing = (code, meaning, reason) => ({
  name: `closes ${code === undefined ? 'without a code' : `with ${code}`}${reason ? ' and a reason' : ''}`,
  says: new RegExp(`^Not connected to \\S+ \\(code ${code ?? 1005}, ${meaning}${reason ? `: ${reason}` : ''}\\)`),
  connection: 'is replaced',
  happens: async (stand) => {
    // A closing handshake loses nothing.
    stand.server.open.forEach(({ ws }) => ws.close(code, reason));
    await stand.connected();
  },
});

/** Bytes that no server may send: the browser fails the connection. @param {string} name @param {Buffer} bytes @returns {Fault} */
const illegal = (name, bytes) => ({
  name,
  says: DROPPED,
  connection: 'is replaced',
  happens: async (stand) => {
    await stand.doubt();
    stand.server.rest();
    stand.server.write(bytes);
    await stand.connected();
  },
});

/** Something legal that must do no harm. @param {string} name @param {(stand: Stand) => Promise<unknown>} happens @returns {Fault} */
const harmless = (name, happens, more = {}) => ({ name, says: null, connection: 'stays', happens, ...more });

/** @type {Fault[]} */
export const SERVER = [
  {
    name: 'restarts on the same port, and is away for 2 s',
    says: DROPPED,
    connection: 'is replaced',
    happens: async (stand) => {
      await stand.doubt();
      await stand.server.stop();
      await sleep(2000);
      await stand.server.start();
      await stand.connected();
    },
  },
  {
    name: 'moves to another machine behind the same address',
    says: DROPPED,
    connection: 'is replaced',
    happens: async (stand) => {
      await stand.doubt();
      await stand.server.stop();
      stand.server.move();
      await stand.server.start();
      stand.proxy.target = stand.server.port;
      await stand.connected();
    },
  },
  refusal('answers 401', refuseWith(401, 'WWW-Authenticate: Bearer')),
  refusal('answers 403', refuseWith(403)),
  refusal('answers 404', refuseWith(404)),
  refusal('answers 429 with Retry-After', refuseWith(429, 'Retry-After: 1')),
  refusal('answers 500', refuseWith(500)),
  refusal('answers 503', refuseWith(503)),
  refusal('answers 200, as a web page does', refuseWith(200)),
  refusal('redirects the handshake', refuseWith(301, 'Location: /elsewhere')),
  refusal('selects a subprotocol that was not offered', (_, socket) =>
    socket.end(upgraded('Sec-WebSocket-Protocol: never-offered'))
  ),
  refusal('answers the handshake with a wrong key', (_, socket) => socket.end(upgraded())),
  {
    name: 'never answers the handshake',
    says: NO_ANSWER,
    connection: 'is replaced',
    happens: async (stand) => {
      await stand.doubt();
      stand.server.answers = [() => undefined];
      stand.proxy.cut();
      await stand.says(NO_ANSWER);
      await stand.connected();
    },
  },
  {
    name: 'accepts and closes at once, three times',
    says: /^Not connected to \S+ \(code 1000, normal closure\)/,
    connection: 'is replaced',
    happens: async (stand) => {
      let left = 3;
      stand.server.greet = ({ ws }) => left-- > 0 && ws.close(1000);
      await stand.doubt();
      stand.proxy.cut();
      await stand.connected(5);
    },
  },
  {
    name: 'accepts and hangs up at once, three times',
    says: DROPPED,
    connection: 'is replaced',
    happens: async (stand) => {
      let left = 3;
      stand.server.greet = ({ ws }) => left-- > 0 && ws.terminate();
      await stand.doubt();
      stand.proxy.cut();
      await stand.connected(5);
    },
  },
  closing(1000, 'normal closure'),
  closing(1001, 'the server is going away'),
  closing(undefined, 'closed without a code'),
  closing(1008, 'policy violation, often a missing permission'),
  closing(1009, 'a message was too large'),
  closing(1011, 'internal server error'),
  closing(1012, 'the server is restarting', 'back in a second'),
  closing(1013, 'the server is overloaded; try again later'),
  closing(3000, 'unauthorized'),
  closing(4000, 'a server-specific code'),
  closing(4001, 'a server-specific code', 'maintenance'),
  {
    name: 'closes every second, as others do every 24 hours',
    says: /^Not connected to \S+ \(code 1001, the server is going away: time is up\)/,
    connection: 'is replaced',
    happens: async (stand) => {
      for (let count = 2; count <= 4; count += 1) {
        await sleep(1000);
        stand.server.open.forEach(({ ws }) => ws.close(1001, 'time is up'));
        await stand.connected(count);
      }
    },
  },
  {
    name: 'sends a close frame and never ends the connection',
    says: /^Not connected to \S+ \(code 1001, the server is going away\)/,
    connection: 'is replaced',
    happens: async (stand) => {
      await stand.doubt();
      stand.proxy.lose('up');
      stand.server.rest();
      stand.server.write(frame({ opcode: 8, payload: Buffer.from([3, 233]) }));
      await stand.connected();
    },
  },
  harmless('ping frames without end', async (stand) => {
    const timer = setInterval(() => stand.server.write(Buffer.concat(Array(20).fill(frame({ opcode: PING })))), 1);
    await sleep(3000);
    clearInterval(timer);
  }),
  {
    name: 'sends nothing but ping frames (with `idleTimeoutMs`): a page does not see them',
    says: /^Not connected to \S+ \(no message arrived within idleTimeoutMs\)/,
    connection: 'is replaced',
    settings: IDLE,
    idle: true,
    happens: async (stand) => {
      const timer = setInterval(() => stand.server.write(frame({ opcode: PING })), 50);
      await stand.connected();
      clearInterval(timer);
    },
  },
  harmless('unasked pong frames', async (stand) => {
    stand.server.write(frame({ opcode: 10, payload: 'unasked' }));
    await sleep(300);
  }),
  harmless('a message in fragments, with a ping between them', async (stand) => {
    await stand.settle();
    const { server } = stand;
    const text = `{"time":${Date.now()},"value":${server.next}}`;
    server.connections[0].sent.push(server.next++);
    server.write(
      Buffer.concat([
        frame({ payload: text.slice(0, 9), fin: false }),
        frame({ opcode: PING, payload: 'between' }),
        frame({ opcode: 0, payload: text.slice(9, 12), fin: false }),
        frame({ opcode: 0, payload: text.slice(12) }),
      ])
    );
    await stand.shows(server.next - 1);
  }),
  {
    name: 'a message of 20 MB, beyond `maxMessageBytes`',
    says: /^1 message could not be read and added no rows\. Last error: .*16777216/,
    connection: 'stays',
    keepsSaying: true,
    alone: true,
    happens: (stand) => sendLarge(stand),
  },
  {
    ...harmless('a message of 20 MB, within `maxMessageBytes`', (stand) => sendLarge(stand, true)),
    settings: { maxMessageBytes: 64 * 1024 * 1024 },
    alone: true,
  },
  harmless(
    '100,000 messages at once',
    async (stand) => {
      stand.server.send(100_000);
      await stand.shows(stand.server.next - 1, 60_000);
    },
    { alone: true }
  ),
  harmless('compressed frames (permessage-deflate)', (stand) => stand.shows(stand.server.next + 40), {
    server: { deflate: true },
  }),
  illegal('a compressed frame that nobody negotiated', frame({ reserved: 4, payload: 'compressed' })),
  illegal('a frame with a reserved bit', frame({ reserved: 1, payload: '{}' })),
  illegal('a frame with an unknown opcode', frame({ opcode: 3, payload: '{}' })),
  illegal('a masked frame', frame({ masked: true, payload: '{}' })),
  illegal('invalid UTF-8 in a text frame', frame({ payload: Buffer.from([0x7b, 0xc3, 0x28, 0x7d]) })),
  illegal('a continuation of nothing', frame({ opcode: 0, payload: '{}' })),
  illegal('a ping frame in fragments', frame({ opcode: PING, fin: false })),
  illegal('a close frame with a code that must not be sent', frame({ opcode: 8, payload: Buffer.from([3, 238]) })),
];

/** An answer that upgrades, but for the key. @param {string[]} headers */
function upgraded(...headers) {
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade', ...headers];
  return `${lines.join('\r\n')}\r\nSec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n`;
}

/** A row of 20 MB between the others. @param {Stand} stand @param {boolean} [counts] whether it is to be read */
async function sendLarge(stand, counts = false) {
  await stand.settle();
  const { server } = stand;
  const value = counts ? server.next++ : server.next;
  server.open.forEach(({ ws, sent }) => {
    ws.send(`{"time":${Date.now()},"value":${value},"pad":"${'x'.repeat(20_000_000)}"}`);
    sent.push(...(counts ? [value] : []));
  });
}
