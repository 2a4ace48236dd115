// Feeds that exist, without end: the messages of a recording over and over, with other numbers, times and
// identifiers each time, so that no parser lives off a cache. What kinds of messages come, in which order and
// how often, is the recording's.

export type Message = string | ArrayBuffer;

/** One of recordings/*.json. */
export interface Recording {
  query: object;
  messages: Array<{ at: number; text?: string; base64?: string }>;
}

const ISO_TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const DECIMAL = /^-?\d+\.(\d+)$/;
const NANOSECONDS = /^\d{19}$/;
const HEXADECIMAL = /^[0-9a-f]{12,}$/;
/** What stands before the JSON text of a Socket.IO packet. */
const PREFIX = /^\d+(?=\[)/;
const FIRST_MS = 1e12;
const LAST_MS = 2e12;

/** How far a round of the recording is from the first one. */
interface Round {
  number: number;
  shiftMs: number;
}

function near(value: number): number {
  return value * (0.99 + Math.random() * 0.02);
}

function text(value: string, { shiftMs }: Round): string {
  const time = ISO_TIME.exec(value);
  if (time) {
    const seconds = new Date(Date.parse(`${time[1]}Z`) + shiftMs).toISOString().slice(0, 19);
    return seconds + (time[2] ?? '') + time[3];
  }
  if (NANOSECONDS.test(value)) {
    return String(BigInt(value) + BigInt(shiftMs) * 1_000_000n);
  }
  if (HEXADECIMAL.test(value)) {
    return value.replace(/./g, () => Math.floor(Math.random() * 16).toString(16));
  }
  const decimal = DECIMAL.exec(value);
  return decimal ? near(Number(value)).toFixed(decimal[1].length) : value;
}

function number(value: number, { number: round, shiftMs }: Round): number {
  if (!Number.isInteger(value)) {
    return Number(near(value).toFixed(String(value).split('.')[1].length));
  }
  if (value >= FIRST_MS && value < LAST_MS) {
    return value + shiftMs;
  }
  // Sequence numbers and identifiers go up; sizes, flags and versions stay.
  return value >= 1000 && Number.isSafeInteger(value) ? value + round * 1000 : value;
}

function vary(value: unknown, round: Round): unknown {
  if (typeof value === 'string') {
    return text(value, round);
  }
  if (typeof value === 'number') {
    return number(value, round);
  }
  if (Array.isArray(value)) {
    return value.map((item) => vary(item, round));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, vary(member, round)]));
  }
  return value;
}

/** One JSON text, or what has none in it. */
function line(written: string, round: Round): string {
  const prefix = PREFIX.exec(written)?.[0] ?? '';
  if (prefix === '' && !/^[{[]|\./.test(written)) {
    return written;
  }
  return prefix + JSON.stringify(vary(JSON.parse(written.slice(prefix.length)), round));
}

/** NATS counts the bytes of a payload, so a number keeps its length. */
function binary(base64: string): ArrayBuffer {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  const varied = new TextDecoder()
    .decode(bytes)
    .replace(/(?<="temp":)\d\d\.\d/g, () => (20 + Math.floor(Math.random() * 80) / 10).toFixed(1));
  return new TextEncoder().encode(varied).buffer;
}

/** Gives the next so many messages of the feed, without the first ones: those of the handshake. */
export function endless({ messages }: Recording, first: number, keeps: (message: string) => boolean) {
  const span = messages[messages.length - 1].at - messages[0].at;
  const roundMs = Math.ceil(span / 60_000) * 60_000 + 60_000;
  const kept = messages.slice(first).filter(({ text, base64 }) => keeps(text ?? atob(base64 as string)));
  let drawn = 0;
  const next = (): Message => {
    const { text, base64 } = kept[drawn % kept.length];
    const round = { number: Math.floor(drawn / kept.length) };
    drawn += 1;
    if (text === undefined) {
      return binary(base64 as string);
    }
    const of = { ...round, shiftMs: round.number * roundMs };
    return text
      .split('\n')
      .map((part) => line(part, of))
      .join('\n');
  };
  return (count: number) => Array.from({ length: count }, next);
}
