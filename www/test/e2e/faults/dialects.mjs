// Servers that shake hands, acknowledge and answer heartbeats, each in a protocol of its own, and can be made to do one
// of that wrong: scripted peers after the specifications, which send the rows of a [`RowServer`].
import { Buffer } from 'node:buffer';

/**
 * @typedef {import('./server.mjs').RowServer} RowServer
 * @typedef {import('./server.mjs').Connection} Connection
 *
 * @typedef {object} Moment when the server would answer
 * @property {import('ws').WebSocket} ws
 * @property {import('node:net').Socket} socket the connection below `ws`
 * @property {any} said what is answered
 * @property {() => void} answer answers as the specification says
 * @property {() => void} admit has rows be sent on the connection from now on
 *
 * @typedef {(moment: Moment) => unknown} Misbehave what is done instead of the answer, once
 * @typedef {'login' | 'subscribe' | 'beat'} Step
 */

/** The steps of one server, and what is done wrong the next times. */
export class Steps {
  /** @type {Record<Step, Misbehave[]>} */
  #wrong = { login: [], subscribe: [], beat: [] };
  /** How often each step was asked for. @type {Record<Step, number>} */
  asked = { login: 0, subscribe: 0, beat: 0 };

  /** Has the next answer of this step be another one. @param {Step} step @param {Misbehave[]} acts */
  next(step, ...acts) {
    this.#wrong[step].push(...acts);
  }

  /** @param {Step} step @param {Moment} moment */
  take(step, moment) {
    this.asked[step] += 1;
    const act = this.#wrong[step].shift() ?? (({ answer }) => answer());
    act(moment);
  }
}

/**
 * What all peers have in common: what is heard is taken step by step, and rows are sent once the first subscription is
 * acknowledged.
 * @param {RowServer} server
 * @param {(ws: import('ws').WebSocket, step: (name: Step, said: any, answer: () => void) => void) => (data: Buffer) => void} talk
 *   greets a client; gives what hears it
 */
function speak(server, talk) {
  const steps = new Steps();
  server.greet = ({ ws, socket }) =>
    new Promise((admitted) => {
      const admit = () => admitted(undefined);
      const hear = talk(ws, (name, said, answer) => {
        const whole = () => {
          answer();
          if (name === 'subscribe') {
            admit();
          }
        };
        steps.take(name, { ws, socket, said, answer: whole, admit });
      });
      ws.on('message', (data) => hear(/** @type {Buffer} */ (data)));
    });
  return steps;
}

const row = (/** @type {number} */ value) => ({ time: Date.now(), value });
const fieldsOf = (/** @type {string} */ payload) => [
  { path: `${payload}.time`, role: 'time', timeFormat: 'ms' },
  { path: `${payload}.value`, name: 'value' },
];

/** A data source that describes the protocol of [`DESCRIBED`] itself. */
const DESCRIPTION = {
  handshake: [
    { expect: { '$.type': 'hello' } },
    {
      send: { type: 'login', token: '${token?}' },
      expect: { '$.type': 'welcome' },
      timeoutMs: 1500,
      fail: [
        { when: { '$.type': 'denied' }, reason: '$.message' },
        { when: { '$.type': 'busy' }, reason: '$.message', action: 'reconnect' },
        { when: { '$.type': 'expired' }, reason: '$.message', action: 'token' },
      ],
    },
  ],
  subscribe: {
    send: { id: '${id}', type: 'subscribe', topic: '${params.topic}' },
    ack: {
      when: { '$.type': 'ok', '$.id': '${id}' },
      refused: { '$.type': 'error', '$.id': '${id}' },
      retry: { '$.retry': true },
      reason: '$.message',
      timeoutMs: 1500,
    },
  },
  unsubscribe: { send: { type: 'unsubscribe', topic: '${params.topic}' } },
  heartbeat: { send: { type: 'ping' }, expect: { '$.type': 'pong' }, intervalMs: 2000, timeoutMs: 1500 },
  control: [
    { when: { '$.type': 'expired' }, action: 'token', reason: '$.message' },
    { when: { '$.type': 'over' }, action: 'end', key: '$.topic', is: '${params.topic}', reason: '$.message' },
  ],
  route: [{ when: { '$.type': 'data' }, key: '$.topic', is: '${params.topic}', data: '$.value' }],
};

/**
 * @typedef {object} Dialect
 * @property {string} title
 * @property {object} settings of the data source
 * @property {object} target the panel's query
 * @property {object} [refusedTarget] a query that the server refuses
 * @property {string} [path] where the server is asked for it, if that is not /
 * @property {(server: RowServer) => Steps} speak
 */

/** @type {Dialect} */
export const DESCRIBED = {
  title: 'a protocol of the data source',
  settings: DESCRIPTION,
  target: { params: { topic: 'rows' }, fields: fieldsOf('$') },
  refusedTarget: { params: { topic: 'secret' }, fields: fieldsOf('$') },
  speak(server) {
    server.encode = (value) => JSON.stringify({ type: 'data', topic: 'rows', value: row(value) });
    return speak(server, (ws, step) => {
      const send = (/** @type {object} */ message) => ws.send(JSON.stringify(message));
      send({ type: 'hello' });
      return (data) => {
        const said = JSON.parse(String(data));
        const { type, id, topic } = said;
        const isRefused = topic === 'secret';
        const answers = {
          login: () => step('login', said, () => send({ type: 'welcome' })),
          subscribe: () =>
            isRefused
              ? send({ type: 'error', id, message: 'you may not read secret' })
              : step('subscribe', said, () => send({ type: 'ok', id })),
          ping: () => step('beat', said, () => send({ type: 'pong' })),
        };
        answers[/** @type {keyof typeof answers} */ (type)]?.();
      };
    });
  },
};

/** GraphQL over WebSocket Protocol, of graphql-ws. @type {Dialect} */
export const GRAPHQL = {
  title: 'graphql-transport-ws',
  settings: { preset: 'graphql-transport-ws' },
  target: { params: { query: 'subscription { row { time value } }' }, fields: fieldsOf('$.row') },
  refusedTarget: { params: { query: 'subscription { secret { value } }' }, fields: fieldsOf('$.secret') },
  speak(server) {
    let rows = '';
    server.encode = (value) => JSON.stringify({ id: rows, type: 'next', payload: { data: { row: row(value) } } });
    return speak(server, (ws, step) => {
      const send = (/** @type {object} */ message) => ws.send(JSON.stringify(message));
      return (data) => {
        const said = JSON.parse(String(data));
        const { type, id, payload } = said;
        if (type === 'connection_init') {
          step('login', said, () => send({ type: 'connection_ack' }));
        } else if (type === 'ping') {
          step('beat', said, () => send({ type: 'pong' }));
        } else if (type === 'subscribe' && payload.query.includes('secret')) {
          send({ id, type: 'error', payload: [{ message: 'You may not read "secret"' }] });
        } else if (type === 'subscribe') {
          rows = id;
          step('subscribe', said, () => undefined);
        }
      };
    });
  },
};

/** Socket.IO 5 on Engine.IO 4. @type {Dialect} */
export const SOCKET_IO_CLIENT = {
  title: 'Socket.IO',
  settings: { preset: 'socketio' },
  path: '/socket.io/?EIO=4&transport=websocket',
  target: { params: { event: 'row' }, fields: fieldsOf('$') },
  speak(server) {
    server.encode = (value) => `42${JSON.stringify(['row', row(value)])}`;
    return speak(server, (ws, step) => {
      ws.send('0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}');
      return (data) => {
        if (String(data).startsWith('40')) {
          // To be in the namespace is to get its events.
          step('login', data, () => {
            ws.send('40{"sid":"n"}');
            step('subscribe', data, () => undefined);
          });
        }
      };
    });
  },
};

/** NATS client protocol. @type {Dialect} */
export const NATS_CLIENT = {
  title: 'NATS',
  settings: { preset: 'nats' },
  target: { params: { subject: 'rows' }, fields: fieldsOf('$.payload') },
  refusedTarget: { params: { subject: 'secret' }, fields: fieldsOf('$.payload') },
  speak(server) {
    let rows = '0';
    server.encode = (value) => {
      const payload = JSON.stringify(row(value));
      return Buffer.from(`MSG rows ${rows} ${payload.length}\r\n${payload}\r\n`);
    };
    return speak(server, (ws, step) => {
      const say = (/** @type {string} */ text) => ws.send(Buffer.from(text));
      say('INFO {"server_id":"N","version":"2.10.0","headers":true,"max_payload":1048576}\r\n');
      let isIn = false;
      return (data) => {
        for (const line of String(data).split('\r\n')) {
          const [verb, subject, id] = line.split(' ');
          if (verb === 'PING') {
            step(isIn ? 'beat' : 'login', line, () => say('PONG\r\n'));
            isIn = true;
          } else if (verb === 'SUB' && subject === 'secret') {
            say('-ERR \'Permissions Violation for Subscription to "secret"\'\r\n');
          } else if (verb === 'SUB') {
            rows = id;
            step('subscribe', line, () => undefined);
          }
        }
      };
    });
  },
};

/** STOMP 1.2. @type {Dialect} */
export const STOMP = {
  title: 'STOMP',
  settings: { preset: 'stomp' },
  target: { params: { destination: '/topic/rows' }, fields: fieldsOf('$.payload') },
  refusedTarget: { params: { destination: '/topic/secret' }, fields: fieldsOf('$.payload') },
  speak(server) {
    let rows = '0';
    server.encode = (value) => {
      const headers = `subscription:${rows}\nmessage-id:${value}\ndestination:/topic/rows\ncontent-type:application/json`;
      return `MESSAGE\n${headers}\n\n${JSON.stringify(row(value))}\0`;
    };
    return speak(server, (ws, step) => (data) => {
      for (const frame of String(data).split('\0')) {
        const [command, ...headers] = frame.trimStart().split('\n');
        const header = (/** @type {string} */ name) =>
          headers.find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1) ?? '';
        if (command === 'CONNECT') {
          step('login', frame, () => ws.send('CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0'));
        } else if (command === 'SUBSCRIBE' && header('destination') === '/topic/secret') {
          // The specification has the server close the connection behind an ERROR.
          const receipt = header('receipt');
          ws.send(`ERROR\n${receipt && `receipt-id:${receipt}\n`}message:access refused to secret\n\n\0`);
          ws.close();
        } else if (command === 'SUBSCRIBE') {
          rows = header('id');
          const receipt = header('receipt');
          step('subscribe', frame, () => receipt && ws.send(`RECEIPT\nreceipt-id:${receipt}\n\n\0`));
        }
      }
    });
  },
};

/** Where the body of an MQTT packet begins and ends, in bytes that begin with one. @param {Buffer} bytes */
function bodyOf(bytes) {
  let [length, at] = [0, 1];
  for (let shift = 0; ; shift += 7, at += 1) {
    length |= (bytes[at] & 127) << shift;
    if (bytes[at] < 128) {
      return { begin: at + 1, end: at + 1 + length };
    }
  }
}

/** MQTT 3.1.1. @type {Dialect} */
export const MQTT = {
  title: 'MQTT',
  settings: { preset: 'mqtt', options: { version: '3.1.1', keepAlive: '5' } },
  target: { params: { topic: 'rows' }, fields: fieldsOf('$.payload') },
  refusedTarget: { params: { topic: 'secret' }, fields: fieldsOf('$.payload') },
  speak(server) {
    server.encode = (value) => {
      const payload = JSON.stringify(row(value));
      return Buffer.concat([Buffer.from([0x30, 6 + payload.length, 0, 4]), Buffer.from(`rows${payload}`)]);
    };
    return speak(server, (ws, step) => (data) => {
      for (let rest = data; rest.length > 0;) {
        const { begin, end } = bodyOf(rest);
        const [type, body] = [rest[0] >> 4, rest.subarray(begin, end)];
        rest = rest.subarray(end);
        const send = (/** @type {number[]} */ ...bytes) => ws.send(Buffer.from(bytes));
        if (type === 1) {
          step('login', body, () => send(0x20, 2, 0, 0));
        } else if (type === 8 && String(body).includes('secret')) {
          send(0x90, 3, body[0], body[1], 0x80);
        } else if (type === 8) {
          step('subscribe', body, () => send(0x90, 3, body[0], body[1], 0));
        } else if (type === 10) {
          send(0xb0, 2, body[0], body[1]);
        } else if (type === 12) {
          step('beat', body, () => send(0xd0, 0));
        }
      }
    });
  },
};
