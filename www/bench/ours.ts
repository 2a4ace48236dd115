// Freshet: the built package, fed through the sockets it opens itself.
import type { DataQueryResponse } from '@grafana/data';
import type { Subscription } from 'rxjs';
import init, { query, received } from '../../pkg/freshet';
import { FakeSocket } from './fakeSocket';
import type { Batch } from './messages';

type Request = Parameters<typeof query>[0];

/** wasm memory, for the rows about memory. */
export const engine = init();

const chosen = [
  { path: '$.time', role: 'time', timeFormat: 'ms' },
  { path: '$.value', type: 'number' },
];

export interface Options {
  url: string;
  targets?: number;
  /** In place of targets that read a time and a value. */
  queries?: readonly object[];
  capacity?: number;
  path?: string;
  /** Of the data source: its preset. */
  settings?: object;
}

/** Subscribes to the targets and returns once the first packet is there. */
export async function subscribe(
  { url, targets = 1, capacity = 1000, path, queries, settings }: Options,
  each?: (packet: DataQueryResponse) => void
) {
  await engine;
  const request = {
    requestId: 'bench',
    targets: (queries ?? Array.from({ length: targets }, () => ({ fields: chosen, capacity, path }))).map(
      (query, i) => ({ refId: `R${i}`, ...query })
    ),
    range: { raw: { from: 'now-5m', to: 'now' } },
  } as unknown as Request;
  const source = { uid: 'bench', name: 'bench', url, settings: { lingerMs: 0, maxMessageBytes: 1e9, ...settings } };
  return new Promise<Subscription>((resolve) => {
    const subscription: Subscription = query(request, source).subscribe((packet) => {
      each?.(packet);
      queueMicrotask(() => resolve(subscription));
    });
  });
}

let opened = 0;

/** An engine that reads from a hand-fed socket, and what it costs to take messages. */
export async function fed(options: Omit<Options, 'url'>, each?: (packet: DataQueryResponse) => void) {
  const real = window.WebSocket;
  window.WebSocket = FakeSocket as unknown as typeof WebSocket;
  opened += 1;
  const subscription = await subscribe({ ...options, url: `ws://bench-${opened}` }, each);
  window.WebSocket = real;
  const socket = FakeSocket.last as FakeSocket;
  await new Promise((resolve) => setTimeout(resolve, 20));
  return {
    socket,
    /** Takes the messages; every one is in the ring when this returns. */
    take({ events }: Batch) {
      for (const event of events) {
        socket.deliver(event);
      }
      // Counting makes the engine take what still waits for the next packet.
      return received();
    },
    stop: () => subscription.unsubscribe(),
  };
}
