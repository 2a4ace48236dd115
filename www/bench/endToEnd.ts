// Over a real socket: how many messages a second reach the page, and how soon a panel hears of a query.
import type { DataQueryResponse } from '@grafana/data';
import { median } from './measure';
import { subscribe } from './ours';
import { tutorial } from './others';

const MESSAGES = 12_000;
/** Rates scatter by an eighth from turn to turn, however long a turn is. */
const TURNS = 80;

const RealSocket = window.WebSocket;

/** Counts what every contestant's socket delivers, in the same way for all. */
class CountedSocket extends RealSocket {
  static done: (rate: number) => void = () => undefined;

  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    let count = 0;
    let begun = 0;
    this.addEventListener('message', () => {
      count += 1;
      if (count === 1) {
        begun = performance.now();
      } else if (count === MESSAGES) {
        CountedSocket.done(((MESSAGES - 1) * 1000) / (performance.now() - begun));
      }
    });
  }
}

/** A panel must look at every value of a packet to draw it. */
function readAll(packet: DataQueryResponse): number {
  let sum = 0;
  for (const field of packet.data[0]?.fields ?? []) {
    for (let i = 0; i < field.values.length; i++) {
      sum += field.values[i];
    }
  }
  return sum;
}

/** Reads the messages of an address until it is stopped. */
type Contestant = (url: string) => Promise<() => void> | (() => void);

async function rate(start: Contestant, url: string): Promise<number> {
  window.WebSocket = CountedSocket;
  const measured = new Promise<number>((resolve) => {
    CountedSocket.done = resolve;
  });
  const stop = await start(url);
  const result = await measured;
  stop();
  window.WebSocket = RealSocket;
  await new Promise((resolve) => setTimeout(resolve, 100));
  return result;
}

function nothing(url: string) {
  const socket = new CountedSocket(url);
  socket.onmessage = () => undefined;
  return () => socket.close();
}

/** The least that whoever wants to see the messages has to do. */
function looking(url: string) {
  const socket = new CountedSocket(url);
  let characters = 0;
  socket.onmessage = (event: MessageEvent<string>) => {
    characters += event.data.length;
  };
  return () => {
    socket.close();
    return characters;
  };
}

async function ours(url: string) {
  const subscription = await subscribe({ url }, readAll);
  return () => subscription.unsubscribe();
}

function asTutorial(url: string) {
  const { frame, take } = tutorial();
  const socket = new CountedSocket(url);
  socket.onmessage = (event: MessageEvent<string>) => {
    take({ data: [event.data] });
    readAll({ data: [frame], key: 'A' });
  };
  return () => socket.close();
}

/** The rate of turns of as many messages each. */
function overall(rates: readonly number[]): number {
  return rates.length / rates.reduce((seconds, rate) => seconds + 1 / rate, 0);
}

/** The rate of each contestant over all turns: all were sent as many messages. */
async function rates<Name extends string>(contestants: Record<Name, () => Promise<number>>) {
  const names = Object.keys(contestants) as Name[];
  const measured = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let turn = 0; turn < TURNS; turn++) {
    // Everyone is first in turn: what drifts meanwhile hits all sides.
    for (let i = 0; i < names.length; i++) {
      const name = names[(i + turn) % names.length];
      measured[name].push(await contestants[name]());
    }
  }
  return Object.fromEntries(names.map((name) => [name, overall(measured[name])])) as Record<Name, number>;
}

/** Our messages per second, when all are right and when one in a hundred is no JSON. */
export async function deliveryWithMistakes(feedUrl: string) {
  const url = `${feedUrl}/burst?rate=200000&count=${MESSAGES}`;
  const { right, mistaken } = await rates({
    right: () => rate(ours, url),
    mistaken: () => rate(ours, `${url}&mistakes=100`),
  });
  return { right, mistaken, ratio: mistaken / right };
}

/** Messages per second of each contestant. */
export async function delivery(feedUrl: string) {
  const url = `${feedUrl}/burst?rate=200000&count=${MESSAGES}`;
  const {
    nothing: nothingRate,
    ours: oursRate,
    looking: lookingRate,
  } = await rates({
    nothing: () => rate(nothing, url),
    ours: () => rate(ours, url),
    looking: () => rate(looking, url),
  });
  return {
    nothing: nothingRate,
    looking: lookingRate,
    ours: oursRate,
    tutorial: await rate(asTutorial, url),
    ratio: oursRate / nothingRate,
    toLooking: oursRate / lookingRate,
    lookingToNothing: lookingRate / nothingRate,
  };
}

/** Milliseconds from query() to the first packet, and to the first row. */
export async function firstPacket(feedUrl: string) {
  const packets: number[] = [];
  const rows: number[] = [];
  for (let turn = 0; turn < 15; turn++) {
    const begun = performance.now();
    let first = 0;
    await new Promise<void>((resolve) => {
      const running = subscribe({ url: `${feedUrl}/simple?period=20&turn=${turn}` }, (packet) => {
        first ||= performance.now() - begun;
        if (packet.data[0]?.length > 0) {
          packets.push(first);
          rows.push(performance.now() - begun);
          void running.then((subscription) => subscription.unsubscribe());
          resolve();
        }
      });
    });
  }
  return { packet: median(packets), row: median(rows) };
}
