// Ends that the server announces, pauses that it asks for, and a server that does not read what it is sent.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { until } from '../../support/feed.mjs';

/**
 * @typedef {import('./stand.mjs').Fault} Fault
 * @typedef {import('./stand.mjs').Stand} Stand
 */

/** Of a data source whose server says when it will end a connection, and how long it wants to be left alone. */
const ANNOUNCES = {
  control: [
    { when: { '$.type': 'bye' }, action: 'handOver', reason: '$.why' },
    {
      when: { '$.type': 'busy' },
      action: 'reconnect',
      reason: '$.why',
      retryAfterMs: { path: '$.retryAfter', times: 1000 },
    },
  ],
};

/** @param {Stand} stand @param {object} message */
function announce({ server }, message) {
  const text = JSON.stringify(message);
  server.open.forEach(({ ws }) => ws.send(text));
}

/** Waits until the page has closed the first connection, and another one is there. @param {Stand} stand */
async function handedOver({ server }) {
  const [{ ws }] = server.connections;
  await until(() => server.connections.length > 1 && ws.readyState === ws.CLOSED, 'the hand-over', 30_000);
}

/** Sends more than may wait until the page gives the connection up. @param {Stand} stand @param {() => boolean} isOver */
async function flood({ server }, isOver) {
  const ping = JSON.stringify({ type: 'ping', pad: 'x'.repeat(256 * 1024) });
  const [{ ws }] = server.connections;
  for (let sent = 0; sent < 400 && !isOver(); sent += 1) {
    ws.send(ping);
    await sleep(25);
  }
}

/** @type {Fault[]} */
export const PLANNED = [
  {
    name: 'says that it will end the connection, and goes on for a while (`handOver`)',
    says: null,
    connection: 'is replaced',
    settings: ANNOUNCES,
    happens: async (stand) => {
      announce(stand, { type: 'bye', why: 'restart' });
      await handedOver(stand);
    },
  },
  {
    name: 'the connection has come to the age that is set (`maxConnectionAgeMs`)',
    says: null,
    connection: 'is replaced',
    settings: { maxConnectionAgeMs: 5_000 },
    happens: handedOver,
  },
  {
    name: 'says that it will end the connection, and refuses the next one at first',
    says: /^The server will end this connection \(restart\), and another one could not be opened/,
    connection: 'is replaced',
    settings: ANNOUNCES,
    happens: async (stand) => {
      stand.server.answers = [(_, socket) => socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n')];
      announce(stand, { type: 'bye', why: 'restart' });
      await handedOver(stand);
    },
  },
  {
    name: 'says that it will end the connection, and does so before the next one is open',
    says: /^Not connected to \S+ \(code 1001, the server is going away\)\. Retrying now/,
    connection: 'is replaced',
    settings: ANNOUNCES,
    happens: async (stand) => {
      stand.server.answers = [(_request, _socket, accept) => void setTimeout(accept, 2000)];
      announce(stand, { type: 'bye', why: 'restart' });
      await stand.asked(2);
      await stand.settle();
      stand.server.open.forEach(({ ws }) => ws.close(1001));
      await stand.connected();
    },
  },
  {
    name: 'ends the connection and says how long it wants to be left alone (`retryAfterMs`)',
    says: /^Not connected to \S+ \(too many requests\)\. Retrying in/,
    connection: 'is replaced',
    settings: ANNOUNCES,
    happens: async (stand) => {
      await stand.settle();
      const begun = performance.now();
      announce(stand, { type: 'busy', why: 'too many requests', retryAfter: 2 });
      await stand.asked(2);
      const waited = performance.now() - begun;
      stand.demands.push(() => assert.ok(waited >= 1_900, `it came back after ${waited} ms`));
      await stand.connected();
    },
  },
  {
    name: 'asks for answers and does not read them',
    says: /^Not connected to \S+ \(the server does not read what is sent to it: \d+ bytes are waiting/,
    connection: 'is replaced',
    settings: { replies: [{ when: { '$.type': 'ping' }, send: { type: 'pong', pad: '${$.pad}' } }] },
    happens: async (stand) => {
      await stand.doubt();
      stand.proxy.up.hold();
      let isOver = false;
      const given = stand.says(/does not read what is sent to it/, 60_000).then(() => (isOver = true));
      await flood(stand, () => isOver);
      await given;
      stand.proxy.up.release();
      await stand.connected();
    },
  },
];
