// The loops that run per message or per value and cost more as single calls
// between Rust and JavaScript than as work. Everything else is Rust.

/** Messages queued before the engine is entered although nobody asks for a packet yet. */
const MAX_MESSAGES = 256;
/** The same in characters. */
const MAX_CHARS = 1 << 18;

/** What a socket has delivered and the engine has not yet taken. */
export class Inbox {
  /**
   * @param {() => void} first a message came and none was waiting
   * @param {() => void} full so many wait that they should be taken now
   * @param {Copier} copier what brings texts into the engine's memory
   */
  constructor(first, full, copier) {
    this.first = first;
    this.full = full;
    this.copier = copier;
    this.waiting = [];
    this.times = [];
    this.chars = 0;
    this.run = [];
    this.runTimes = [];
    /** Bytes or characters of the run. */
    this.size = 0;
    this.lastArrival = undefined;
    this.receive = this.receive.bind(this);
  }

  receive(event) {
    const data = event.data;
    this.times.push(Date.now());
    this.chars += sizeOf(data);
    const waiting = this.waiting.push(data);
    if (waiting >= MAX_MESSAGES || this.chars >= MAX_CHARS) {
      this.full();
    } else if (waiting === 1) {
      this.first();
    }
  }

  listen(socket) {
    socket.addEventListener('message', this.receive);
  }

  unlisten(socket) {
    socket.removeEventListener('message', this.receive);
  }

  /** When the last message came, in milliseconds since the epoch. */
  lastMessage() {
    return this.times.length > 0 ? this.times[this.times.length - 1] : this.lastArrival;
  }

  /** Takes the next messages that can be handed over together: texts, or binary ones, up to a size. */
  next() {
    const waiting = this.waiting;
    if (waiting.length === 0) {
      return 0;
    }
    const end = this.endOfRun();
    if (end === waiting.length) {
      this.run = waiting;
      this.runTimes = this.times;
      this.waiting = [];
      this.times = [];
      this.chars = 0;
    } else {
      this.run = waiting.splice(0, end);
      this.runTimes = this.times.splice(0, end);
      this.chars -= this.size;
    }
    this.lastArrival = this.runTimes[end - 1];
    return end;
  }

  /** How many of the first messages are of one kind, and as many as can be handed over together; sets their `size`. */
  endOfRun() {
    const waiting = this.waiting;
    const binary = isBinary(waiting[0]);
    const most = binary ? MAX_CHARS : this.copier.most;
    this.size = 0;
    for (let i = 0; i < waiting.length; i++) {
      const data = waiting[i];
      const size = sizeOf(data);
      if (i > 0 && (this.size + size > most || isBinary(data) !== binary)) {
        return i;
      }
      this.size += size;
    }
    return waiting.length;
  }

  /** Whether the messages of the run are binary. */
  isBinary() {
    return isBinary(this.run[0]);
  }

  /** Writes the texts of the run, as [`Copier.write`] does. */
  write(into) {
    return this.copier.write(this.run, into);
  }

  /** The same for one text of the run. */
  writeOne(index, into) {
    return this.copier.write([this.run[index]], into);
  }

  /** Copies the binary messages of the run, one after the other, and how long each is. */
  bytes(into, lengths) {
    let start = 0;
    this.run.forEach((data, i) => {
      into.set(new Uint8Array(data), start);
      start += data.byteLength;
      lengths[i] = data.byteLength;
    });
  }

  /** One message of the run. */
  at(index) {
    return this.run[index];
  }

  /** Copies the arrival times of the run. */
  arrivals(into) {
    const times = this.runTimes;
    for (let i = 0; i < times.length; i++) {
      into[i] = times[i];
    }
  }

  /** Lets go of the run. */
  done() {
    this.run = [];
    this.runTimes = [];
  }
}

function isBinary(data) {
  return typeof data !== 'string';
}

/** Bytes or characters. */
function sizeOf(data) {
  return isBinary(data) ? data.byteLength : data.length;
}

/** A plain array of so many nulls. */
export function nulls(count) {
  return new Array(count).fill(null);
}

/** A plain array of the numbers, null for NaN: Grafana takes NaN for a value, and null for a gap. */
export function numbers(older, newer) {
  const array = new Array(older.length + newer.length);
  copyNumbers(older, array, 0);
  copyNumbers(newer, array, older.length);
  return array;
}

function copyNumbers(values, array, start) {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    array[start + i] = value === value ? value : null;
  }
}

/** A plain array of booleans: 0 false, 1 true, else null. */
export function booleans(older, newer) {
  const array = new Array(older.length + newer.length);
  for (let i = 0; i < array.length; i++) {
    const value = i < older.length ? older[i] : newer[i - older.length];
    array[i] = value > 1 ? null : value === 1;
  }
  return array;
}

/** A plain array with an item (a text, a label set) for each row, null where the row refers to none. */
export function texts(distinct, rows) {
  const array = new Array(rows.length);
  for (let i = 0; i < array.length; i++) {
    array[i] = rows[i] < distinct.length ? distinct[rows[i]] : null;
  }
  return array;
}

/** A method that returns the object it is called on, which a Rust export cannot express. */
export function returnsThis() {
  return this;
}
