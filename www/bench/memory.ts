// Memory: what a retained row costs, and whether a long run leaves anything behind.
import type { DataQueryResponse } from '@grafana/data';
import { arrays, singles } from './messages';
import { engine, fed } from './ours';

const CAPACITY = 1_000_000;

async function wasmBytes() {
  return (await engine).memory.buffer.byteLength;
}

function heapBytes(): number {
  const { gc } = globalThis as { gc?: () => void };
  if (!gc) {
    throw new Error('start the browser with --js-flags=--expose-gc');
  }
  gc();
  gc();
  const { memory } = performance as unknown as { memory: { usedJSHeapSize: number } };
  return memory.usedJSHeapSize;
}

function pause(ms: number) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Bytes of wasm memory per retained row of a time and a number, a million rows retained. */
export async function retainedRow(feedUrl: string) {
  let rows = 0;
  const before = await wasmBytes();
  const ours = await fed({ capacity: CAPACITY }, (packet: DataQueryResponse) => {
    rows = packet.data[0]?.length ?? 0;
  });
  const taken = await wasmBytes();
  for (let sent = 0; sent < CAPACITY; sent += 10_000) {
    ours.take(await arrays(10, 1000, `${feedUrl}/echo`));
    await pause(0);
  }
  const after = await wasmBytes();
  await pause(300);
  ours.stop();
  if (rows !== CAPACITY) {
    throw new Error(`the packet should hold ${CAPACITY} rows, it holds ${rows}`);
  }
  return { bytesPerRow: (after - Math.min(before, taken)) / CAPACITY };
}

/** Growth of both heaps over two million messages, after a warm-up of a tenth of that. */
export async function longRun(feedUrl: string) {
  const messages = await singles(20_000, `${feedUrl}/echo`);
  let packets = 0;
  const ours = await fed({}, () => {
    packets += 1;
  });
  const run = async (count: number) => {
    for (let sent = 0; sent < count; sent += messages.data.length) {
      ours.take(messages);
      await pause(1);
    }
  };
  await run(200_000);
  await pause(200);
  const heap = heapBytes();
  const wasm = await wasmBytes();
  await run(2_000_000);
  await pause(200);
  const growth = { heap: heapBytes() - heap, wasm: (await wasmBytes()) - wasm, packets };
  ours.stop();
  return growth;
}
