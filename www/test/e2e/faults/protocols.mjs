// Faults of what is said over the socket, in protocols in which the browser takes part.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { DROPPED } from './network.mjs';

/**
 * @typedef {import('./stand.mjs').Fault} Fault
 * @typedef {import('./server.mjs').RowServer} RowServer
 */

/** A query for what [`speakSocketIo`] sends. */
export const SOCKET_IO = {
  format: 'socketio',
  subscribe: '40',
  fields: [
    { path: '$[1].time', role: 'time', timeFormat: 'ms' },
    { path: '$[1].value', name: 'value' },
  ],
};

/** Engine.IO 4 and Socket.IO 5: OPEN, CONNECT of the namespace, pings; socket.io-protocol, "Sample session". */
const engineIo = { sid: 'session', upgrades: [], pingInterval: 400, pingTimeout: 1600, maxPayload: 1_000_000 };

/** @param {RowServer} server @param {boolean} [wantsPongs] whether a client that does not answer is left */
export function speakSocketIo(server, wantsPongs = false) {
  server.encode = (value) => `42["row",{"time":${Date.now()},"value":${value}}]`;
  server.greet = async ({ ws }) => {
    ws.send(`0${JSON.stringify(engineIo)}`);
    const [packet] = await once(ws, 'message');
    ws.send(String(packet) === '40' ? '40{"sid":"namespace"}' : '44{"message":"nothing was asked for"}');
    let heard = performance.now();
    ws.on('message', () => (heard = performance.now()));
    const timer = setInterval(() => {
      ws.send('2');
      if (wantsPongs && performance.now() > heard + engineIo.pingInterval + engineIo.pingTimeout) {
        ws.terminate();
      }
    }, engineIo.pingInterval);
    ws.once('close', () => clearInterval(timer));
  };
}

/** A query for what [`speakNats`] sends. */
export const NATS = {
  format: 'nats',
  subscribe: 'CONNECT {"verbose":false}\r\nSUB rows 1\r\n',
  fields: [
    { path: '$.payload.time', role: 'time', timeFormat: 'ms' },
    { path: '$.payload.value', name: 'value' },
  ],
};

/** NATS client protocol: INFO, CONNECT and SUB, MSG. @param {RowServer} server */
export function speakNats(server) {
  server.encode = (value) => {
    const payload = `{"time":${Date.now()},"value":${value}}`;
    return Buffer.from(`MSG rows 1 ${payload.length}\r\n${payload}\r\n`);
  };
  server.greet = async ({ ws }) => {
    ws.send(Buffer.from('INFO {"server_id":"N","version":"2.10.0","max_payload":1048576}\r\n'));
    let heard = '';
    while (!heard.includes('SUB rows 1\r\n')) {
      const [bytes] = await once(ws, 'message');
      heard += String(bytes);
    }
  };
}

/** Frames that end anywhere in a message. @param {RowServer} server @param {() => Promise<unknown>} meanwhile */
async function cutAnywhere(server, meanwhile) {
  const whole = server.encode;
  let rest = Buffer.alloc(0);
  /** @param {(value: number, length: number) => number} end */
  const cutAt = (end) => (value) => {
    const all = Buffer.concat([rest, Buffer.from(whole(value))]);
    const at = end(value, all.length);
    rest = all.subarray(at);
    return all.subarray(0, at);
  };
  server.encode = cutAt((value, length) => length - (value % 6) * 7);
  await meanwhile();
  // The last row would never arrive whole.
  server.encode = cutAt((_, length) => length);
}

/** @type {Fault[]} */
export const PROTOCOLS = [
  {
    name: 'Socket.IO: cut',
    says: DROPPED,
    connection: 'is replaced',
    target: SOCKET_IO,
    before: ({ server }) => speakSocketIo(server),
    happens: async (stand) => {
      await stand.doubt();
      stand.proxy.cut();
      await stand.connected();
    },
  },
  {
    name: 'Socket.IO: no rows and no pings for longer than the server promised, without an end',
    says: /^Not connected to \S+ \(the server has sent nothing for 2 s, longer than its pingInterval and pingTimeout allow\)/,
    connection: 'is replaced',
    target: SOCKET_IO,
    before: ({ server }) => speakSocketIo(server),
    happens: async (stand) => {
      await stand.doubt();
      stand.proxy.lose('down');
      await stand.connected();
    },
  },
  {
    name: 'Socket.IO: no rows for longer than that, but pings',
    says: null,
    connection: 'stays',
    target: SOCKET_IO,
    idle: true,
    before: ({ server }) => speakSocketIo(server, true),
    happens: () => sleep(3000),
  },
  {
    name: 'Socket.IO: pongs do not reach the server, which hangs up',
    says: DROPPED,
    connection: 'is replaced',
    target: SOCKET_IO,
    before: ({ server }) => speakSocketIo(server, true),
    happens: async (stand) => {
      await stand.settle();
      stand.proxy.up.hold();
      await stand.says(/^Not connected/);
      stand.proxy.up.release();
      await stand.connected();
    },
  },
  {
    name: 'NATS: messages cut anywhere in frames',
    says: null,
    connection: 'stays',
    target: NATS,
    before: ({ server }) => speakNats(server),
    happens: (stand) => cutAnywhere(stand.server, () => stand.shows(stand.server.next + 40)),
  },
  {
    name: 'NATS: cut in the middle of a message',
    says: DROPPED,
    connection: 'is replaced',
    target: NATS,
    before: ({ server }) => speakNats(server),
    happens: async (stand) => {
      await stand.doubt();
      stand.server.rest();
      stand.server.open.forEach(({ ws }) => ws.send(Buffer.from('MSG rows 1 40\r\n{"time":1,"val')));
      stand.server.open.forEach(({ socket }) => socket.end());
      await stand.connected();
    },
  },
  {
    name: 'NATS: an error, and then the end',
    says: /^The server reported: .*Stale Connection/,
    connection: 'is replaced',
    target: NATS,
    before: ({ server }) => speakNats(server),
    happens: async (stand) => {
      await stand.doubt();
      stand.server.rest();
      stand.server.open.forEach(({ ws }) => {
        ws.send(Buffer.from("-ERR 'Stale Connection'\r\n"));
        ws.close();
      });
      await stand.connected();
    },
  },
];
