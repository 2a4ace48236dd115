// Faults of the network between the browser and the server.
import { setTimeout as sleep } from 'node:timers/promises';

import { frame } from './server.mjs';

/** @typedef {import('./stand.mjs').Fault} Fault */

/** What a browser tells of nearly everything. */
export const DROPPED =
  /^Not connected to \S+ \(code 1006, the connection was dropped or refused, or the handshake failed\)/;
const SILENT = /^Not connected to \S+ \(no message arrived within idleTimeoutMs\)/;
export const NO_ANSWER = /^Not connected to \S+ \(the server did not answer in time\)/;
/** Longer than the time between two rows, also on a busy machine. */
export const IDLE = { idleTimeoutMs: 1500 };

/** @type {Fault[]} */
export const NETWORK = [
  {
    name: 'cut while connecting',
    says: DROPPED,
    connection: 'is replaced',
    before: ({ proxy }) => void (proxy.reception = 'cut'),
    connects: async (stand) => {
      await stand.says(DROPPED);
      stand.proxy.reception = 'pass';
    },
  },
  {
    name: 'no answer to the handshake: the way to the server swallows everything',
    says: NO_ANSWER,
    connection: 'is replaced',
    before: ({ proxy }) => void (proxy.reception = 'silence'),
    connects: async (stand) => {
      await stand.says(NO_ANSWER);
      stand.proxy.reception = 'pass';
    },
  },
  {
    name: 'cut while rows come',
    says: DROPPED,
    connection: 'is replaced',
    happens: async (stand) => {
      await stand.doubt();
      stand.proxy.cut();
      await stand.connected();
    },
  },
  {
    name: 'cut, and the address refuses for 30 s',
    says: DROPPED,
    connection: 'is replaced',
    happens: async (stand) => {
      await stand.doubt();
      stand.proxy.refuse();
      stand.proxy.cut();
      await sleep(30_000);
      await stand.proxy.listen();
      await stand.connected();
    },
  },
  {
    name: 'cut in good order right behind a row',
    says: DROPPED,
    connection: 'is replaced',
    happens: async (stand) => {
      stand.server.rest();
      stand.server.send(50);
      stand.server.open.forEach(({ socket }) => socket.end());
      await stand.connected();
    },
  },
  {
    name: 'cut while idle',
    says: DROPPED,
    connection: 'is replaced',
    idle: true,
    happens: async (stand) => {
      stand.proxy.cut();
      await stand.connected();
    },
  },
  {
    name: 'reset while rows come',
    says: DROPPED,
    connection: 'is replaced',
    happens: async (stand) => {
      await stand.doubt();
      stand.proxy.reset();
      await stand.connected();
    },
  },
  {
    name: 'reset in the middle of a frame',
    says: DROPPED,
    connection: 'is replaced',
    happens: async (stand) => {
      await stand.doubt();
      // A row is at least 30 bytes long.
      stand.proxy.down.resetAfterBytes = 100;
      await stand.connected();
    },
  },
  {
    name: 'cut again and again, four times',
    says: DROPPED,
    connection: 'is replaced',
    happens: async (stand) => {
      for (let count = 2; count <= 5; count += 1) {
        await stand.doubt();
        stand.proxy.cut();
        await stand.connected(count);
        await stand.shows(stand.server.next + 3);
      }
    },
  },
  {
    name: 'half-open: nothing comes from the server, and no end (with `idleTimeoutMs`)',
    says: SILENT,
    connection: 'is replaced',
    settings: IDLE,
    happens: async (stand) => {
      await stand.doubt();
      stand.proxy.lose('down');
      await stand.connected();
    },
  },
  {
    name: 'half-open: nothing reaches the server, and no end',
    says: null,
    connection: 'stays',
    happens: async (stand) => {
      stand.proxy.lose('up');
      await sleep(3000);
    },
  },
  {
    name: 'half-open both ways (with `idleTimeoutMs`)',
    says: SILENT,
    connection: 'is replaced',
    settings: IDLE,
    happens: async (stand) => {
      await stand.doubt();
      stand.proxy.lose('down');
      stand.proxy.lose('up');
      await stand.connected();
    },
  },
  {
    name: 'stalls for 5 s and goes on',
    says: null,
    connection: 'stays',
    happens: async ({ proxy }) => {
      proxy.down.hold();
      await sleep(5000);
      proxy.down.release();
    },
  },
  {
    name: 'stalls, is replaced (with `idleTimeoutMs`), and then what was held up comes after all',
    says: SILENT,
    connection: 'is replaced',
    settings: IDLE,
    happens: async (stand) => {
      await stand.doubt();
      stand.proxy.down.hold();
      await stand.says(SILENT);
      stand.proxy.down.release();
      await stand.connected();
    },
  },
  {
    name: 'latency of 200 ms',
    says: null,
    connection: 'stays',
    before: ({ proxy }) => void (proxy.down.latencyMs = proxy.up.latencyMs = 200),
    happens: () => sleep(1000),
  },
  {
    name: 'latency of 2 s',
    says: null,
    connection: 'stays',
    happens: async ({ proxy }) => {
      proxy.down.latencyMs = proxy.up.latencyMs = 2000;
      await sleep(4000);
    },
  },
  {
    name: 'latency that changes: rows pile up and come together',
    says: null,
    connection: 'stays',
    happens: async ({ proxy }) => {
      for (let round = 0; round < 5; round += 1) {
        proxy.down.latencyMs = round % 2 === 0 ? 800 : 0;
        await sleep(500);
      }
      proxy.down.latencyMs = 0;
    },
  },
  {
    name: '10 KB/s, with 40 KB to send',
    says: null,
    connection: 'stays',
    happens: async (stand) => {
      stand.proxy.down.bytesPerSecond = 10_000;
      stand.proxy.down.pieceBytes = 500;
      stand.server.send(1000);
      await stand.shows(stand.server.next);
      stand.proxy.down.bytesPerSecond = stand.proxy.down.pieceBytes = Infinity;
    },
  },
  {
    name: 'a byte at a time, from the handshake on',
    says: null,
    connection: 'stays',
    before: ({ proxy }) => void (proxy.down.pieceBytes = proxy.up.pieceBytes = 1),
    happens: (stand) => stand.shows(stand.server.next + 40),
  },
  {
    name: 'frames split at any place',
    says: null,
    connection: 'stays',
    happens: async (stand) => {
      for (let size = 2; size <= 30; size += 4) {
        stand.proxy.down.pieceBytes = size;
        stand.server.send(20);
        await sleep(200);
      }
      stand.proxy.down.pieceBytes = Infinity;
    },
  },
  {
    name: 'frames joined: what is sent within 500 ms comes at once',
    says: null,
    connection: 'stays',
    happens: async ({ proxy, server }) => {
      proxy.down.gatherMs = 500;
      server.send(500);
      await sleep(2000);
      proxy.down.gatherMs = 0;
    },
  },
  {
    name: 'garbage bytes between two frames',
    says: DROPPED,
    connection: 'is replaced',
    happens: async (stand) => {
      await stand.doubt();
      stand.proxy.inject(Buffer.from('\u00ff\u00fe garbage \u0000\u0001', 'latin1'));
      await stand.connected();
    },
  },
  {
    name: 'garbage bytes that look like a frame',
    // What a server never sent cannot be told from what it sent.
    says: /^1 message could not be read and added no rows\. Last error: /,
    connection: 'stays',
    keepsSaying: true,
    happens: async (stand) => {
      await stand.settle();
      stand.proxy.inject(frame({ payload: '{"value":' }));
    },
  },
  {
    name: 'garbage instead of the answer to the handshake',
    says: DROPPED,
    connection: 'is replaced',
    happens: async (stand) => {
      stand.server.answers = [(_, socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')];
      await stand.doubt();
      stand.proxy.cut();
      await stand.connected();
    },
  },
  {
    name: 'the address refuses for 4 s',
    says: DROPPED,
    connection: 'is replaced',
    happens: async (stand) => {
      await stand.doubt();
      stand.proxy.refuse();
      stand.proxy.cut();
      await stand.says(DROPPED);
      await sleep(4000);
      await stand.proxy.listen();
      await stand.connected();
    },
  },
  {
    name: 'a wrong `offline` and `online` event while the connection is fine',
    says: null,
    connection: 'stays',
    happens: async (stand) => {
      await stand.run(() => ['offline', 'online'].forEach((name) => void window.dispatchEvent(new Event(name))));
      await sleep(500);
    },
  },
  {
    name: 'a wrong `online` event while the address still refuses',
    says: DROPPED,
    connection: 'is replaced',
    happens: async (stand) => {
      await stand.doubt();
      stand.proxy.refuse();
      stand.proxy.cut();
      await stand.says(DROPPED);
      await stand.run(() => void window.dispatchEvent(new Event('online')));
      await sleep(500);
      await stand.proxy.listen();
      await stand.connected();
    },
  },
  {
    name: 'an `online` event ends a pause of a minute',
    says: DROPPED,
    connection: 'is replaced',
    settings: { reconnect: { minMs: 120_000, maxMs: 120_000 } },
    happens: async (stand) => {
      await stand.doubt();
      stand.proxy.cut();
      await stand.says(DROPPED);
      await stand.run(() => void window.dispatchEvent(new Event('online')));
      await stand.connected();
    },
  },
];
