// What somebody would write for one feed and one panel: JSON.parse, and the values of the query into plain arrays.
// Each is made to be short and fast: no more than the recorded query asks for, no objects of its own.
import type { Batch } from './messages';

type Column = unknown[];

/** The arrays, in the order of the frame's fields, by label. */
export interface ByHand {
  take(batch: Batch): void;
  series: Map<string, Column[]>;
}

type Take = (messages: ReadonlyArray<{ data: string }>, of: (label: string) => Column[]) => void;

/** Numbers in quotes; what is none is a gap. */
function numeric(text: string): number | null {
  const value = Number(text);
  return value === value ? value : null;
}

const decoder = new TextDecoder();

interface Shape {
  /** Fields of the frame. */
  width: number;
  take: Take;
  /** How many messages at the beginning of the recording belong to the handshake. */
  handshake: number;
  /** Which of the others are sent. */
  keeps?: (message: string) => boolean;
  format?: string;
  /** Rows are found again by what they are rows of, so none may go. */
  upsert?: boolean;
}

const trade: Take = (messages, of) => {
  for (const { data: text } of messages) {
    const m = JSON.parse(text);
    const c = of(m.s);
    c[0].push(m.T);
    c[1].push(Number(m.p));
    c[2].push(Number(m.q));
    c[3].push(m.m);
  }
};

const bookTicker: Take = (messages, of) => {
  for (const { data: text } of messages) {
    const m = JSON.parse(text);
    const c = of(m.s);
    c[0].push(Date.now());
    c[1].push(Number(m.b));
    c[2].push(Number(m.B));
    c[3].push(Number(m.a));
    c[4].push(Number(m.A));
  }
};

const bars = new Map<string, Map<number, number>>();

function barOf(symbol: string, start: number, rows: number): number {
  let known = bars.get(symbol);
  if (!known) {
    bars.set(symbol, (known = new Map()));
  }
  const row = known.get(start);
  if (row === undefined) {
    known.set(start, rows);
  }
  return row ?? rows;
}

const kline: Take = (messages, of) => {
  for (const { data: text } of messages) {
    const { s, k } = JSON.parse(text);
    const c = of(s);
    const row = barOf(s, k.t, c[0].length);
    c[0][row] = k.t;
    c[1][row] = Number(k.o);
    c[2][row] = Number(k.h);
    c[3][row] = Number(k.l);
    c[4][row] = Number(k.c);
    c[5][row] = Number(k.v);
    c[6][row] = k.x;
  }
};

const combined: Take = (messages, of) => {
  for (const { data: text } of messages) {
    const { stream, data } = JSON.parse(text);
    if (data.e === 'aggTrade') {
      const c = of(stream);
      c[0].push(data.T);
      c[1].push(Number(data.p));
      c[2].push(Number(data.q));
    }
  }
};

const coinbase: Take = (messages, of) => {
  for (const { data: text } of messages) {
    const m = JSON.parse(text);
    if (m.type === 'ticker') {
      const c = of(m.product_id);
      c[0].push(Date.parse(m.time));
      c[1].push(Number(m.price));
      c[2].push(Number(m.last_size));
      c[3].push(m.side);
    }
  }
};

const kraken: Take = (messages, of) => {
  for (const { data: text } of messages) {
    const m = JSON.parse(text);
    if (m.channel === 'ticker') {
      for (const d of m.data) {
        const c = of(d.symbol);
        c[0].push(Date.parse(d.timestamp));
        c[1].push(d.bid);
        c[2].push(d.ask);
        c[3].push(d.last);
        c[4].push(m.type);
      }
    }
  }
};

const polygon: Take = (messages, of) => {
  for (const { data: text } of messages) {
    for (const m of JSON.parse(text)) {
      if (m.ev === 'T') {
        const c = of(m.sym);
        c[0].push(m.t);
        c[1].push(m.p);
        c[2].push(m.s);
      }
    }
  }
};

const TEMPERATURE = /^sensor\..*_temperature$/;

function homeAssistantEvent(m: any, of: (label: string) => Column[]) {
  if (m.type !== 'event' || !TEMPERATURE.test(m.event.data.entity_id)) {
    return;
  }
  const state = m.event.data.new_state?.state;
  if (state !== undefined) {
    const c = of(m.event.data.entity_id);
    c[0].push(Date.parse(m.event.time_fired));
    c[1].push(numeric(state));
  }
}

const homeAssistant: Take = (messages, of) => {
  for (const { data: text } of messages) {
    const m = JSON.parse(text);
    if (Array.isArray(m)) {
      for (const event of m) {
        homeAssistantEvent(event, of);
      }
    } else {
      homeAssistantEvent(m, of);
    }
  }
};

const signalK: Take = (messages, of) => {
  for (const { data: text } of messages) {
    for (const u of JSON.parse(text).updates) {
      for (const v of u.values) {
        if (v.path !== 'navigation.position') {
          const c = of(v.path);
          c[0].push(Date.parse(u.timestamp));
          c[1].push(v.value);
        }
      }
    }
  }
};

const payload: Take = (messages, of) => {
  const c = of('');
  for (const { data: text } of messages) {
    c[0].push(Date.now());
    c[1].push(JSON.parse(text));
  }
};

const nodeRed: Take = (messages, of) => {
  for (const { data: text } of messages) {
    const m = JSON.parse(text);
    if (m.payload !== undefined) {
      const c = of(m.topic);
      c[0].push(Date.now());
      c[1].push(m.payload);
    }
  }
};

const loki: Take = (messages, of) => {
  const c = of('');
  for (const { data: text } of messages) {
    for (const s of JSON.parse(text).streams) {
      for (const [time, line] of s.values) {
        c[0].push(Number(time) / 1e6);
        c[1].push(line);
        c[2].push(s.stream.level);
        c[3].push(s.stream.app);
      }
    }
  }
};

const centrifugo: Take = (messages, of) => {
  for (const { data: text } of messages) {
    for (const line of text.split('\n')) {
      const m = line === '' ? undefined : JSON.parse(line);
      if (m?.pub) {
        const c = of(m.channel);
        c[0].push(m.pub.data.ts);
        c[1].push(m.pub.data.input);
      }
    }
  }
};

const rosbridge: Take = (messages, of) => {
  const c = of('');
  for (const { data: text } of messages) {
    const { op, msg } = JSON.parse(text);
    if (op === 'publish') {
      c[0].push(Date.now());
      c[1].push(msg.linear_acceleration.x);
      c[2].push(msg.linear_acceleration.y);
      c[3].push(msg.linear_acceleration.z);
      c[4].push(msg.angular_velocity.z);
      c[5].push(msg.orientation_covariance[8]);
    }
  }
};

const socketio: Take = (messages, of) => {
  for (const { data: text } of messages) {
    if (text.startsWith('42')) {
      const [event, m] = JSON.parse(text.slice(text.indexOf('[')));
      if (m.v !== undefined) {
        const c = of(event);
        c[0].push(m.t);
        c[1].push(m.v);
      }
    }
  }
};

const graphql: Take = (messages, of) => {
  for (const { data: text } of messages) {
    const measurement = JSON.parse(text).payload?.data?.measurement;
    if (measurement) {
      const c = of(measurement.station);
      c[0].push(Date.parse(measurement.at));
      c[1].push(measurement.wind);
      c[2].push(measurement.gust);
    }
  }
};

const nats: Take = (messages, of) => {
  for (const { data } of messages as unknown as Array<{ data: ArrayBuffer }>) {
    const text = decoder.decode(data);
    let at = 0;
    while (text.startsWith('MSG ', at)) {
      const end = text.indexOf('\r\n', at);
      const last = text.indexOf('\r\n', end + 2);
      const c = of(text.slice(at + 4, text.indexOf(' ', at + 4)));
      c[0].push(Date.now());
      c[1].push(JSON.parse(text.slice(end + 2, last)).temp);
      at = last + 2;
    }
  }
};

const rowOfTopic = new Map<string, number>();

const mqtt: Take = (messages, of) => {
  const c = of('');
  for (const { data: text } of messages) {
    const m = JSON.parse(text);
    if (/\/temp$/.test(m.topic)) {
      let row = rowOfTopic.get(m.topic);
      if (row === undefined) {
        rowOfTopic.set(m.topic, (row = c[0].length));
      }
      c[0][row] = Date.now();
      c[1][row] = m.topic;
      c[2][row] = numeric(m.payload);
    }
  }
};

/** By recording. Rows that are told apart by an identifier never come twice here, so nobody looks at it. */
export const shapes: Record<string, Shape> = {
  'binance-trade': { width: 4, take: trade, handshake: 1 },
  'binance-book-ticker': { width: 5, take: bookTicker, handshake: 1 },
  'binance-kline': { width: 7, take: kline, handshake: 1, upsert: true },
  'binance-combined': { width: 3, take: combined, handshake: 1 },
  'coinbase-ticker': { width: 4, take: coinbase, handshake: 1 },
  'kraken-ticker': { width: 5, take: kraken, handshake: 3 },
  'polygon-trades': { width: 3, take: polygon, handshake: 3 },
  'home-assistant': { width: 2, take: homeAssistant, handshake: 3 },
  'signal-k': { width: 2, take: signalK, handshake: 1 },
  'node-red-payload': { width: 2, take: payload, handshake: 0 },
  'node-red-message': { width: 2, take: nodeRed, handshake: 0 },
  'loki-tail': { width: 4, take: loki, handshake: 0 },
  'centrifugo-uni': { width: 2, take: centrifugo, handshake: 1 },
  rosbridge: { width: 6, take: rosbridge, handshake: 1 },
  // A server pings every 25 s, not with every other event.
  socketio: { width: 2, take: socketio, handshake: 2, keeps: (m) => m !== '2', format: 'socketio' },
  'graphql-ws': { width: 3, take: graphql, handshake: 1 },
  'mqtt-bridge': { width: 3, take: mqtt, handshake: 0, upsert: true },
  // Without headers, and without payloads that are no JSON or are cut in two: the shortest code takes none.
  nats: { width: 2, take: nats, handshake: 1, keeps: (m) => /^MSG .*\{.*\}\r\n$/s.test(m), format: 'nats' },
};

/** The arrays of a shape; each holds between one and two capacities of rows. */
export function byHand({ width, take, upsert = false }: Shape, capacity: number): ByHand {
  const series = new Map<string, Column[]>();
  const of = (label: string) => {
    let columns = series.get(label);
    if (!columns) {
      columns = Array.from({ length: width }, () => []);
      series.set(label, columns);
    }
    return columns;
  };
  const trim = () => {
    for (const columns of series.values()) {
      if (columns[0].length > 2 * capacity) {
        columns.forEach((column) => column.splice(0, column.length - capacity));
      }
    }
  };
  return {
    series,
    take({ events }) {
      take(events as ReadonlyArray<{ data: string }>, of);
      if (!upsert) {
        trim();
      }
    },
  };
}
