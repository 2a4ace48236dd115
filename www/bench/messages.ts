// Messages that a feed could send: no two are alike, so that no parser lives off a cache.
// They come over a real socket, because browsers keep a text that came from there in another
// form than one that a script has put together, and every contestant reads it faster or slower.

export interface Row {
  time: number;
  value: number;
}

let clock = 1_700_000_000_000;

function row(): Row {
  clock += 1;
  return { time: clock, value: Math.sin(clock / 500) * 20 + Math.random() };
}

/** A browser's event. */
const asked = new Event('message');

/** What a browser tells of a message. */
export class Delivered<Message = string | ArrayBuffer> {
  readonly data: Message;
  /** Microseconds after the other event; as an integer it takes no room beside this object. */
  private readonly later: number;

  constructor({ data, timeStamp }: MessageEvent<Message>) {
    this.data = data;
    this.later = Math.round((timeStamp - asked.timeStamp) * 1000);
  }

  /** When it came. Asking costs what it costs to ask a browser's event, which would hold on to much else. */
  get timeStamp() {
    return asked.timeStamp + this.later / 1000;
  }
}

/** Messages as a browser delivers them, and what is in them, for contestants that need no more. */
export interface Batch<Message = string | ArrayBuffer> {
  events: ReadonlyArray<Delivered<Message>>;
  data: readonly Message[];
}

/** The messages as a socket delivers them. */
export function received<Message extends string | ArrayBuffer>(
  sent: readonly Message[],
  echoUrl: string
): Promise<Batch<Message>> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(echoUrl);
    socket.binaryType = 'arraybuffer';
    const events: Array<Delivered<Message>> = [];
    socket.onopen = () => sent.forEach((message) => socket.send(message));
    socket.onerror = () => reject(new Error(`no echo from ${echoUrl}`));
    socket.onmessage = (event: MessageEvent<Message>) => {
      events.push(new Delivered(event));
      if (events.length === sent.length) {
        socket.close();
        resolve({ events, data: events.map(({ data }) => data) });
      }
    };
  });
}

/** The same, so many at a time. */
export function inBatches<Message>({ events, data }: Batch<Message>, size: number): Array<Batch<Message>> {
  return Array.from({ length: data.length / size }, (_, i) => {
    const [start, end] = [i * size, (i + 1) * size];
    return { events: events.slice(start, end), data: data.slice(start, end) };
  });
}

/** Messages of one row each. */
export function singles(count: number, echoUrl: string): Promise<Batch<string>> {
  return received(
    Array.from({ length: count }, () => JSON.stringify(row())),
    echoUrl
  );
}

/** The same, with NaN as the value of one in a hundred: no JSON. */
export function singlesWithMistakes(count: number, echoUrl: string): Promise<Batch<string>> {
  const one = (number: number) => (number % 100 === 50 ? `{"time":${row().time},"value":NaN}` : JSON.stringify(row()));
  return received(
    Array.from({ length: count }, (_, number) => one(number)),
    echoUrl
  );
}

/** Messages that are arrays of rows. */
export function arrays(count: number, rows: number, echoUrl: string): Promise<Batch<string>> {
  return received(
    Array.from({ length: count }, () => JSON.stringify(Array.from({ length: rows }, row))),
    echoUrl
  );
}
