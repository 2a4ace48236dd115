// Real servers that are published to row by row: mosquitto, nats-server, RabbitMQ and socket.io.
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import WebSocket from 'ws';

import { mqttConnect, mqttMessage, NO_MOSQUITTO, startMosquitto } from './mqttServer.mjs';
import { message, NO_NATS, startNats } from './natsServer.mjs';
import { NO_RABBIT, startRabbit } from './rabbitServer.mjs';
import { startSocketIo } from './socketIoServer.mjs';

/**
 * @typedef {object} Broker
 * @property {number} port where browsers connect
 * @property {(text: string) => void} publish JSON, to what the target of its kind reads
 * @property {() => Promise<unknown>} restart ends it as if it were killed, and starts it anew: it has forgotten everybody
 *
 * @typedef {object} BrokerKind
 * @property {string} title
 * @property {false | string} missing why there is none
 * @property {object} settings of the data source
 * @property {object} params of the query
 * @property {string} [path] where browsers connect, if that is not /
 * @property {string} payload where the JSON stands
 * @property {(t: import('node:test').TestContext) => Promise<Broker>} start
 */

/** Who publishes by TCP: what it says first, and each message. @param {number} port @param {string | Buffer} hello */
async function publisherOn(port, hello) {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(hello);
  await once(socket, 'data');
  socket.resume();
  return socket;
}

/** A WebSocket to RabbitMQ, which listens a little before it is ready. @param {string} url @returns {Promise<WebSocket>} */
async function openedAt(url, attempts = 50) {
  const socket = new WebSocket(url, ['v12.stomp']);
  socket.on('error', () => undefined);
  try {
    await once(socket, 'open');
    return socket;
  } catch (error) {
    if (attempts === 0) {
      throw error;
    }
    await sleep(200);
    return openedAt(url, attempts - 1);
  }
}

/**
 * A broker with somebody who publishes to it, also after a restart.
 * @param {import('node:test').TestContext} t
 * @param {{ start: () => Promise<unknown>, stop: () => Promise<unknown>, port: number }} server
 * @param {() => Promise<{ say: (text: string) => void, leave: () => void }>} enter
 * @returns {Promise<Broker>}
 */
async function broker(t, { start, stop, port }, enter) {
  let publisher = await enter();
  t.after(() => publisher.leave());
  return {
    port,
    publish: (text) => publisher.say(text),
    async restart() {
      publisher.leave();
      await stop();
      await start();
      publisher = await enter();
    },
  };
}

/** @type {BrokerKind[]} */
export const BROKERS = [
  {
    title: 'mosquitto',
    missing: NO_MOSQUITTO,
    settings: { preset: 'mqtt', options: { version: '5', keepAlive: 5 } },
    params: { topic: 'rows' },
    payload: '$.payload',
    async start(t) {
      const server = await startMosquitto(t);
      return broker(t, { ...server, port: Number(new URL(server.url).port) }, async () => {
        const socket = await publisherOn(server.port, mqttConnect());
        return {
          say: (text) => socket.write(mqttMessage('rows', text)),
          leave: () => socket.destroy(),
        };
      });
    },
  },
  {
    title: 'nats-server',
    missing: NO_NATS,
    settings: { preset: 'nats' },
    params: { subject: 'rows' },
    payload: '$.payload',
    async start(t) {
      const server = await startNats(t);
      return broker(t, { ...server, port: Number(new URL(server.url).port) }, async () => {
        const socket = await publisherOn(server.tcpPort, 'CONNECT {"verbose":false}\r\n');
        return {
          say: (text) => socket.write(message('rows', JSON.parse(text))),
          leave: () => socket.destroy(),
        };
      });
    },
  },
  {
    title: 'RabbitMQ (STOMP)',
    missing: NO_RABBIT,
    settings: { preset: 'stomp' },
    params: { destination: '/topic/rows' },
    path: '/ws',
    payload: '$.payload',
    async start(t) {
      const server = await startRabbit({ plugins: ['rabbitmq_web_stomp'] });
      t.after(() => server.stop());
      const port = server.ports.rabbitmq_web_stomp;
      return broker(t, { start: server.start, stop: server.halt, port }, async () => {
        const socket = await openedAt(`ws://127.0.0.1:${port}/ws`);
        socket.send('CONNECT\naccept-version:1.2\nhost:/\nlogin:guest\npasscode:guest\n\n\0');
        await once(socket, 'message');
        return {
          say: (text) => socket.send(`SEND\ndestination:/topic/rows\n\n${text}\0`),
          leave: () => socket.terminate(),
        };
      });
    },
  },
  {
    title: 'socket.io',
    missing: false,
    settings: { preset: 'socketio' },
    params: { event: 'row' },
    payload: '$',
    async start(t) {
      const server = await startSocketIo(t, () => undefined, { pingInterval: 400, pingTimeout: 1600 });
      return broker(t, { ...server, port: Number(new URL(server.url).port) }, async () => ({
        say: (text) => server.io.emit('row', JSON.parse(text)),
        leave: () => undefined,
      }));
    },
  },
];
