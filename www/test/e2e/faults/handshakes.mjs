// Faults of handshakes, acknowledgements, heartbeats and logins, in protocols that Freshet speaks by itself.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { until } from '../../support/feed.mjs';
import { startTcpProxy } from '../../support/tcpProxy.mjs';
import { CREDENTIALS, startTokenServer } from '../../support/tokenServer.mjs';
import { DESCRIBED, GRAPHQL, MQTT, NATS_CLIENT, SOCKET_IO_CLIENT, STOMP } from './dialects.mjs';
import { DROPPED } from './network.mjs';

/**
 * @typedef {import('./stand.mjs').Fault} Fault
 * @typedef {import('./stand.mjs').Stand} Stand
 * @typedef {import('./dialects.mjs').Dialect} Dialect
 * @typedef {import('./dialects.mjs').Steps} Steps
 * @typedef {import('./dialects.mjs').Step} Step
 * @typedef {import('./dialects.mjs').Misbehave} Misbehave
 */

/** The steps of each stand's server. @type {WeakMap<Stand, Steps>} */
const steps = new WeakMap();

/** @param {Stand} stand */
const stepsOf = (stand) => /** @type {Steps} */ (steps.get(stand));

/** @type {Misbehave} */
const never = () => undefined;
/** @type {(ms: number) => Misbehave} */
const late =
  (ms) =>
  ({ answer }) =>
    setTimeout(answer, ms);
/** In the middle of the handshake. @type {Misbehave} */
const hangUp = ({ socket }) => socket.destroy();

/** A row of a dialect. @param {Dialect} dialect @param {Omit<Fault, 'settings' | 'target'> & Partial<Fault>} fault @returns {Fault} */
function rowOf(dialect, { name, before, ...fault }) {
  return {
    settings: dialect.settings,
    target: dialect.target,
    path: dialect.path,
    ...fault,
    name: `${dialect.title}: ${name}`,
    before: async (stand) => {
      steps.set(stand, dialect.speak(stand.server));
      await before?.(stand);
    },
  };
}

/** Ends the connection with everything in the panel; rows are sent on the next one as soon as it is ready. @param {Stand} stand */
async function cut(stand) {
  await stand.settle();
  stand.proxy.cut();
  await until(() => stand.server.open.length === 0, 'the end of the connection', 10_000);
  stand.server.flow(stand.periodMs);
}

/**
 * A row in which the server does something else at a step, once, when the client comes back.
 * @param {Dialect} dialect
 * @param {string} name
 * @param {RegExp} says
 * @param {Step} step
 * @param {Misbehave} act
 */
const onReturn = (dialect, name, says, step, act) =>
  rowOf(dialect, {
    name,
    says,
    connection: 'is replaced',
    happens: async (stand) => {
      stepsOf(stand).next(step, act);
      await cut(stand);
      await stand.says(says);
      await stand.connected();
    },
  });

/** The first answer of a step is late. @param {Dialect} dialect @param {string} name @param {Step} step @param {Misbehave} act */
const atFirst = (dialect, name, step, act) =>
  rowOf(dialect, {
    name,
    says: null,
    connection: 'stays',
    before: (stand) => stepsOf(stand).next(step, act),
    connects: async (stand) => {
      await until(() => stand.server.open.length > 0, 'a connection', 30_000);
      await stand.run(forgetQueue);
    },
  });

/** A message among the rows that means nothing to anybody. @param {Dialect} dialect @param {string} name @param {object} message */
const amid = (dialect, name, message) =>
  rowOf(dialect, {
    name,
    says: null,
    connection: 'stays',
    happens: async (stand) => {
      stand.server.open.forEach(({ ws }) => ws.send(JSON.stringify(message)));
      await stand.shows(stand.server.next + 20);
    },
  });

/**
 * The server refuses a client for good, which does not come back until the panel is refreshed.
 * @param {Dialect} dialect
 * @param {RegExp} says
 * @param {Misbehave} act
 */
const forGood = (dialect, says, act) =>
  rowOf(dialect, {
    name: 'the login is refused for good: nothing more is tried until the panel is refreshed',
    says,
    connection: 'is replaced',
    happens: async (stand) => {
      stepsOf(stand).next('login', act);
      await cut(stand);
      await stand.says(says);
      const { asked } = stand.server;
      await sleep(1500);
      assert.equal(stand.server.asked, asked, 'a client that was refused came back');
      stand.forget();
      await stand.run(refresh);
      await stand.connected();
    },
  });

/** Another query is refused, and the panel's own goes on. @param {Dialect} dialect @param {RegExp} says @param {Partial<Fault>} [more] */
const forOne = (dialect, says, more = {}) =>
  rowOf(dialect, {
    name: 'one of two queries is refused, the other one goes on',
    says,
    connection: 'stays',
    happens: async (stand) => {
      await stand.run(readBeside, dialect.refusedTarget);
      await stand.says(says);
    },
    ...more,
  });

/** The queries of a data source whose token is requested of a server. @param {string} name @param {Partial<Fault> & Pick<Fault, 'says' | 'connection'>} fault @param {object} [more] of the token */
function withToken(name, fault, more = {}) {
  return rowOf(DESCRIBED, {
    ...fault,
    name,
    source: CREDENTIALS,
    settings: async (stand) => {
      const tokens = await startTokenServer(stand.t);
      const way = await startTcpProxy(stand.t, Number(new URL(tokens.httpUrl).port));
      tokenSides.set(stand, { tokens, way });
      const token = { url: `http://127.0.0.1:${way.port}`, path: '/auth', pointer: '/data/token', ...more };
      return { ...DESCRIBED.settings, token };
    },
  });
}

/** @typedef {Awaited<ReturnType<typeof startTokenServer>>} TokenServer */
/** @type {WeakMap<Stand, { tokens: TokenServer, way: import('../../support/tcpProxy.mjs').TcpProxy }>} */
const tokenSides = new WeakMap();
/** @param {Stand} stand */
const tokenSideOf = (stand) =>
  /** @type {{ tokens: TokenServer, way: import('../../support/tcpProxy.mjs').TcpProxy }} */ (tokenSides.get(stand));

const NO_TOKEN = /^Not connected to \S+ \(no token: /;

/** @type {Fault[]} */
const TOKENS = [
  withToken('the token endpoint answers 401 for a while', {
    says: /^Not connected to \S+ \(no token: .*401/,
    connection: 'is replaced',
    happens: async (stand) => {
      const { tokens } = tokenSideOf(stand);
      tokens.state.status = 401;
      await cut(stand);
      await stand.says(NO_TOKEN);
      tokens.state.status = 200;
      await stand.connected();
    },
  }),
  withToken('the token endpoint is slow', {
    says: DROPPED,
    connection: 'is replaced',
    happens: async (stand) => {
      const { way } = tokenSideOf(stand);
      way.down.hold();
      await cut(stand);
      await sleep(1500);
      way.down.release();
      await stand.connected();
    },
  }),
  withToken('the token endpoint cannot be reached for a while', {
    says: NO_TOKEN,
    connection: 'is replaced',
    happens: async (stand) => {
      const { way } = tokenSideOf(stand);
      way.refuse();
      way.cut();
      await cut(stand);
      await stand.says(NO_TOKEN);
      await way.listen();
      await stand.connected();
    },
  }),
  withToken('the token expires while connected, and another one is fetched', {
    says: /your token is too old/,
    connection: 'is replaced',
    happens: async (stand) => {
      const { tokens } = tokenSideOf(stand);
      await stand.settle();
      stand.server.open.forEach(({ ws }) => ws.send('{"type":"expired","message":"your token is too old"}'));
      await stand.says(/your token is too old/);
      await stand.connected();
      stand.demands.push(() => assert.equal(tokens.state.asked.length, 2, 'one more token'));
    },
  }),
  withToken(
    'a token that is used again is refused at the next connection, and another one is fetched',
    {
      says: /the server refused the handshake: token expired/,
      connection: 'is replaced',
      happens: async (stand) => {
        const { tokens } = tokenSideOf(stand);
        /** @type {string[]} */
        const shown = [];
        const check = ({ ws, said, answer }) => {
          shown.push(said.token);
          return said.token === 'tok-1' ? ws.send('{"type":"expired","message":"token expired"}') : answer();
        };
        stepsOf(stand).next('login', check, check);
        await sleep(5500); // A token is used again if its connection has held for five seconds.
        await cut(stand);
        await stand.connected();
        stand.demands.push(() => assert.deepEqual(shown, ['tok-1', 'tok-2']));
        stand.demands.push(() => assert.equal(tokens.state.asked.length, 2));
      },
    },
    { ttl: '5m' }
  ),
];

const UNANSWERED_STEP = /the server did not answer step 2 of the handshake within 1\.5 s/;

/** @type {Fault[]} */
export const HANDSHAKES = [
  atFirst(DESCRIBED, 'the handshake is answered a second late', 'login', late(1000)),
  onReturn(DESCRIBED, 'the handshake is not answered', UNANSWERED_STEP, 'login', never),
  onReturn(
    DESCRIBED,
    'the server is too busy to shake hands',
    /the server refused the handshake: come back later/,
    'login',
    ({ ws }) => ws.send('{"type":"busy","message":"come back later"}')
  ),
  onReturn(DESCRIBED, 'cut in the middle of the handshake', DROPPED, 'login', hangUp),
  onReturn(DESCRIBED, 'cut in the middle of a message of the handshake', DROPPED, 'login', ({ socket }) => {
    socket.write(Buffer.from([0x81, 20, ...Buffer.from('{"type":"we')]));
    socket.end();
  }),
  atFirst(DESCRIBED, 'a message in the handshake that nobody expects', 'login', ({ ws, answer }) => {
    ws.send('{"type":"motd","text":"hi"}');
    ws.send('no JSON');
    answer();
  }),
  forGood(DESCRIBED, /the server refused the handshake: who are you/, ({ ws }) =>
    ws.send('{"type":"denied","message":"who are you"}')
  ),
  atFirst(DESCRIBED, 'the acknowledgement comes behind the first rows', 'subscribe', ({ answer, admit }) => {
    admit();
    setTimeout(answer, 1000);
  }),
  rowOf(DESCRIBED, {
    name: 'the acknowledgement comes too late',
    says: /The server has not answered the subscription within 1\.5 s/,
    connection: 'is replaced',
    happens: async (stand) => {
      stepsOf(stand).next('subscribe', late(2500));
      await cut(stand);
      await stand.says(/The server has not answered the subscription within 1\.5 s/);
      await stand.connected();
    },
  }),
  rowOf(DESCRIBED, {
    name: 'no acknowledgement ever, until the connection is replaced',
    says: /The server has not answered the subscription within 1\.5 s/,
    connection: 'is replaced',
    happens: async (stand) => {
      stepsOf(stand).next('subscribe', never);
      await cut(stand);
      await stand.says(/The server has not answered the subscription within 1\.5 s/);
      stand.proxy.cut();
      await stand.connected();
    },
  }),
  rowOf(DESCRIBED, {
    name: 'the subscription is refused after a reconnect, and asked for again',
    says: /still starting/,
    connection: 'is replaced',
    happens: async (stand) => {
      stepsOf(stand).next('subscribe', ({ ws, said }) =>
        ws.send(JSON.stringify({ type: 'error', id: said.id, message: 'still starting', retry: true }))
      );
      await cut(stand);
      await stand.says(/still starting/);
      await stand.connected();
    },
  }),
  forOne(DESCRIBED, /^The server refused the subscription: you may not read secret/),
  amid(DESCRIBED, 'an acknowledgement of what nobody asked for', { type: 'ok', id: 4711 }),
  amid(DESCRIBED, 'a refusal of what nobody asked for', { type: 'error', id: 4711, message: 'never heard of it' }),
  rowOf(DESCRIBED, {
    name: 'messages of a topic that was unsubscribed',
    says: null,
    connection: 'stays',
    happens: async (stand) => {
      const { next } = stand.server;
      await stand.run(readBeside, { ...DESCRIBED.target, params: { topic: 'other' } });
      await until(() => stepsOf(stand).asked.subscribe > 1, 'the other subscription', 10_000);
      await stand.run((_kit, { beside }) => beside.stop());
      await sleep(1000);
      stand.server.open.forEach(({ ws }) => ws.send('{"type":"data","topic":"other","value":{"time":1,"value":-1}}'));
      await stand.shows(next + 20);
    },
  }),
  rowOf(DESCRIBED, {
    name: 'the server ends the subscription, which is over until the panel is closed and opened again',
    says: /the series is over/,
    connection: 'is replaced',
    happens: async (stand) => {
      await stand.settle();
      stand.server.open.forEach(({ ws }) => ws.send('{"type":"over","topic":"rows","message":"the series is over"}'));
      await stand.says(/the series is over/);
      stand.forget();
      await stand.run(async (_kit, { reading }) => reading.stop());
      await until(() => stand.server.open.length === 0, 'the end of the connection', 10_000);
      await stand.run(refresh);
      await stand.connected();
    },
  }),
  rowOf(DESCRIBED, {
    name: 'a heartbeat is not answered',
    says: /the server did not answer a heartbeat within 1\.5 s/,
    connection: 'is replaced',
    happens: async (stand) => {
      await stand.settle();
      stepsOf(stand).next('beat', never);
      await stand.says(/the server did not answer a heartbeat within 1\.5 s/);
      await stand.connected();
    },
  }),
  ...TOKENS,

  atFirst(MQTT, 'CONNACK is a second late', 'login', late(1000)),
  onReturn(MQTT, 'no CONNACK', /the server did not answer .* within 10 s/, 'login', never),
  onReturn(MQTT, 'cut before CONNACK', DROPPED, 'login', hangUp),
  onReturn(MQTT, 'the server is unavailable (CONNACK 3)', /the server refused the connection/, 'login', ({ ws }) =>
    ws.send(Buffer.from([0x20, 2, 0, 3]))
  ),
  forGood(MQTT, /the server refused the login/, ({ ws }) => ws.send(Buffer.from([0x20, 2, 0, 5]))),
  atFirst(MQTT, 'SUBACK comes behind the first rows', 'subscribe', ({ answer, admit }) => {
    admit();
    setTimeout(answer, 1000);
  }),
  forOne(MQTT, /^The server refused the subscription: .*secret/),
  rowOf(MQTT, {
    name: 'PINGREQ is not answered',
    says: /the server did not answer .* within 10 s/,
    connection: 'is replaced',
    happens: async (stand) => {
      await stand.settle();
      // One every 2.5 s, for the 10 s that an answer may take.
      stepsOf(stand).next('beat', never, never, never, never);
      await stand.says(/the server did not answer .* within 10 s/);
      await stand.connected();
    },
  }),

  atFirst(NATS_CLIENT, 'the first PONG is a second late', 'login', late(1000)),
  onReturn(NATS_CLIENT, 'the login is not answered', /the server .* within 10 s/, 'login', never),
  onReturn(NATS_CLIENT, 'cut before the first PONG', DROPPED, 'login', hangUp),
  forGood(NATS_CLIENT, /the server refused the login: Authorization Violation/, ({ ws }) => {
    ws.send(Buffer.from("-ERR 'Authorization Violation'\r\n"));
    ws.close();
  }),
  forOne(NATS_CLIENT, /^The server refused the subscription: Permissions Violation for Subscription to "secret"/),

  atFirst(STOMP, 'CONNECTED is a second late', 'login', late(1000)),
  onReturn(STOMP, 'no CONNECTED', /the server .* within 10 s/, 'login', never),
  onReturn(STOMP, 'cut before CONNECTED', DROPPED, 'login', hangUp),
  forGood(STOMP, /the server refused the login: Bad CONNECT/, ({ ws }) => {
    ws.send('ERROR\nmessage:Bad CONNECT\n\n\0');
    ws.close();
  }),
  forOne(STOMP, /^The server refused the subscription: .*access refused to secret/, { connection: 'is replaced' }),

  atFirst(SOCKET_IO_CLIENT, 'the namespace answers a second late', 'login', late(1000)),
  onReturn(SOCKET_IO_CLIENT, 'the namespace does not answer', /the server .* within 10 s/, 'login', never),
  onReturn(SOCKET_IO_CLIENT, 'cut before the namespace answers', DROPPED, 'login', hangUp),
  forGood(SOCKET_IO_CLIENT, /the server refused namespace \/: invalid credentials/, ({ ws }) =>
    ws.send('44{"message":"invalid credentials"}')
  ),

  atFirst(GRAPHQL, 'connection_ack is a second late', 'login', late(1000)),
  onReturn(
    GRAPHQL,
    'no connection_ack',
    /the server did not answer step 1 of the handshake within 10 s/,
    'login',
    never
  ),
  onReturn(GRAPHQL, 'cut before connection_ack', DROPPED, 'login', hangUp),
  forGood(GRAPHQL, /Forbidden/, ({ ws }) => ws.close(4403, 'Forbidden')),
  forOne(GRAPHQL, /^The server refused the subscription: You may not read "secret"/),
];

/** A browser has several handshakes of WebSockets wait for each other, and that is said as well. */
function forgetQueue(_kit, { said }) {
  const others = said.filter((text) => !/^Still connecting to/.test(text));
  said.splice(0, said.length, ...others);
}

/** The person at the panel refreshes it. */
function refresh({ read }, panel) {
  panel.reading.stop();
  panel.reading = read(panel.dataSource, panel.target, { onValue: panel.look });
}

/** Another query of the panel's data source; what it is told is heard with the rest. */
function readBeside({ read }, panel, target) {
  panel.beside = read(panel.dataSource, target, { onValue: panel.look });
}
