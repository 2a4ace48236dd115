// The servers' side of some protocols: how each greets, what it answers, and how it sends a payload. As the servers of
// the tests do it (www/test/support), with topics that are all called "bench" and a number.
import type { Answer } from './fakeSocket';
import type { Message } from './recorded';

/** One connection of a server. */
export interface Served {
  answer: Answer;
  /** What the client calls each topic that it has subscribed to. */
  ids: Map<string, string>;
}

/** The server of a protocol. */
export interface ProtocolServer {
  serve(topics: readonly string[]): Served;
  /** Payloads for topics as messages of the socket. */
  send(payloads: ReadonlyArray<{ topic: string; id: string; json: string }>): Message[];
}

const TOPIC = /bench\d+/;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

const words = (said: Uint8Array | string | undefined) => (typeof said === 'string' ? said : decoder.decode(said));

/** What a message is about. */
const topicOf = (text: string) => TOPIC.exec(text)?.[0] ?? '';

/** One message for each payload. */
const each =
  (message: (topic: string, id: string, json: string) => Message): ProtocolServer['send'] =>
  (payloads) =>
    payloads.map(({ topic, id, json }) => message(topic, id, json));

const length = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...length(value >> 7)]);

function mqttPacket(first: number, body: Uint8Array): ArrayBuffer {
  return new Uint8Array([first, ...length(body.length), ...body]).buffer;
}

/** MQTT 3.1.1 as mosquitto speaks it: each packet is a message. */
export const mqtt: ProtocolServer = {
  serve() {
    const ids = new Map<string, string>();
    /** Clients send a packet in any number of pieces; those here are shorter than 128 bytes. */
    let bytes: number[] = [];
    return {
      ids,
      answer(said, say) {
        bytes.push(...((said ?? []) as Uint8Array));
        while (bytes.length > 1 && bytes.length >= bytes[1] + 2) {
          const [first, , ...body] = bytes.splice(0, bytes[1] + 2);
          if (first === 0x10) {
            say(mqttPacket(0x20, new Uint8Array([0, 0])));
          } else if (first === 0x82) {
            const topics = words(new Uint8Array(body)).match(new RegExp(TOPIC, 'g')) ?? [];
            topics.forEach((topic) => ids.set(topic, topic));
            say(mqttPacket(0x90, new Uint8Array([...body.slice(0, 2), ...topics.map(() => 0)])));
          } else if (first === 0xc0) {
            say(mqttPacket(0xd0, new Uint8Array()));
          }
        }
      },
    };
  },
  send: each((topic, _id, json) =>
    mqttPacket(0x30, new Uint8Array([0, topic.length, ...encoder.encode(topic + json)]))
  ),
};

const NATS_INFO = { server_id: 'bench', version: '2.9.10', proto: 1, headers: true, max_payload: 1048576 };

/** How many messages nats-server has in one of the socket when it has many to send is up to it; hundreds are usual. */
const NATS_TOGETHER = 100;

/** nats-server. */
export const nats: ProtocolServer = {
  serve() {
    const ids = new Map<string, string>();
    return {
      ids,
      answer(said, say) {
        if (said === undefined) {
          say(encoder.encode(`INFO ${JSON.stringify(NATS_INFO)}\r\n`).buffer);
          return;
        }
        for (const line of words(said).split('\r\n')) {
          const [operation, subject, sid] = line.split(' ');
          if (operation === 'SUB') {
            ids.set(subject, sid);
          } else if (operation === 'PING') {
            say(encoder.encode('PONG\r\n').buffer);
          }
        }
      },
    };
  },
  send(payloads) {
    const operations = payloads.map(({ topic, id, json }) => `MSG ${topic} ${id} ${json.length}\r\n${json}\r\n`);
    return Array.from({ length: Math.ceil(operations.length / NATS_TOGETHER) }, (_, index) => {
      const together = operations.slice(index * NATS_TOGETHER, (index + 1) * NATS_TOGETHER);
      return encoder.encode(together.join('')).buffer;
    });
  },
};

const ENGINE_OPEN = { sid: 'bench', upgrades: [], pingInterval: 1e9, pingTimeout: 1e9, maxPayload: 1e6 };

/** Socket.IO, where nobody subscribes: who is connected gets every event. */
export const socketIo: ProtocolServer = {
  serve(topics) {
    const ids = new Map<string, string>();
    return {
      ids,
      answer(said, say) {
        if (said === undefined) {
          say(`0${JSON.stringify(ENGINE_OPEN)}`);
        } else if (words(said).startsWith('40')) {
          say('40{"sid":"bench"}');
          topics.forEach((topic) => ids.set(topic, topic));
        }
      },
    };
  },
  send: each((topic, _id, json) => `42["${topic}",${json}]`),
};

/** Centrifugo, JSON. */
export const centrifugo: ProtocolServer = {
  serve() {
    const ids = new Map<string, string>();
    return {
      ids,
      answer(said, say) {
        for (const line of said === undefined ? [] : words(said).split('\n').filter(Boolean)) {
          const { id, connect, subscribe } = JSON.parse(line);
          if (connect) {
            say(JSON.stringify({ id, connect: { client: 'c', version: '6.0.0', ping: 1e6, pong: true } }));
          } else if (subscribe) {
            ids.set(subscribe.channel, subscribe.channel);
            say(JSON.stringify({ id, subscribe: {} }));
          }
        }
      },
    };
  },
  send: each((topic, _id, json) => `{"push":{"channel":"${topic}","pub":{"data":${json}}}}`),
};

/** graphql-transport-ws, the server of graphql-ws. */
export const graphql: ProtocolServer = {
  serve() {
    const ids = new Map<string, string>();
    return {
      ids,
      answer(said, say) {
        if (said === undefined) {
          return;
        }
        const { type, id } = JSON.parse(words(said));
        if (type === 'connection_init') {
          say('{"type":"connection_ack"}');
        } else if (type === 'ping') {
          say('{"type":"pong"}');
        } else if (type === 'subscribe') {
          ids.set(topicOf(words(said)), id);
        }
      },
    };
  },
  send: each((topic, id, json) => `{"id":"${id}","type":"next","payload":{"data":{"${topic}":${json}}}}`),
};
