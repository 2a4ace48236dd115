// The loops that run per message or per value and cost more as single calls
// between Rust and JavaScript than as work. Everything else is Rust.

/** Messages that wait at most before the engine is entered, although nobody asks for a packet yet. */
const MAX_MESSAGES = 256;
/** The same in bytes or characters. */
const MAX_SIZE = 1 << 18;

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
    // Of one size for good, since arrays that grow are copied again and again.
    this.messages = new Array(MAX_MESSAGES);
    this.times = new Float64Array(MAX_MESSAGES);
    this.count = 0;
    /** Bytes or characters of what waits. */
    this.waiting = 0;
    /** The run that is being taken: from `start` up to `end`, and its bytes or characters. */
    this.start = 0;
    this.end = 0;
    this.size = 0;
    this.lastArrival = undefined;
    this.receive = this.receive.bind(this);
  }

  receive(event) {
    const data = event.data;
    const count = this.count;
    this.messages[count] = data;
    this.times[count] = Date.now();
    this.count = count + 1;
    this.waiting += sizeOf(data);
    if (count + 1 >= MAX_MESSAGES || this.waiting >= MAX_SIZE) {
      this.full();
    } else if (count === 0) {
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
    return this.count > 0 ? this.times[this.count - 1] : this.lastArrival;
  }

  /** Goes to the next messages that can be handed over together, and says how many they are; with 0 all are taken. */
  next() {
    const { messages, count } = this;
    const start = this.end;
    if (start >= count) {
      this.clear();
      return 0;
    }
    // Those that are of one kind, up to a size.
    const binary = isBinary(messages[start]);
    const most = binary ? MAX_SIZE : this.copier.most;
    let end = start;
    let size = 0;
    while (end < count) {
      const data = messages[end];
      const more = size + sizeOf(data);
      if (end > start && (more > most || isBinary(data) !== binary)) {
        break;
      }
      size = more;
      end += 1;
    }
    this.start = start;
    this.end = end;
    this.size = size;
    return end - start;
  }

  clear() {
    if (this.count > 0) {
      this.lastArrival = this.times[this.count - 1];
      this.messages.fill(undefined, 0, this.count);
      this.count = 0;
    }
    this.waiting = 0;
    this.start = 0;
    this.end = 0;
  }

  /** Whether the messages of the run are binary. */
  isBinary() {
    return isBinary(this.messages[this.start]);
  }

  /** Writes the texts of the run, as [`Copier.write`] does. */
  write(into) {
    return this.copier.write(this.messages, this.start, this.end, into);
  }

  /** The same for one text of the run. */
  writeOne(index, into) {
    return this.copier.write(this.messages, this.start + index, this.start + index + 1, into);
  }

  /** Copies the binary messages of the run, one after the other, and how long each is. */
  bytes(into, lengths) {
    let at = 0;
    for (let i = this.start; i < this.end; i++) {
      const data = this.messages[i];
      into.set(new Uint8Array(data), at);
      at += data.byteLength;
      lengths[i - this.start] = data.byteLength;
    }
  }

  /** Bytes or characters of one message of the run. */
  sizeAt(index) {
    return sizeOf(this.messages[this.start + index]);
  }

  /** One message of the run. */
  at(index) {
    return this.messages[this.start + index];
  }

  /** Copies the arrival times of the run. */
  arrivals(into) {
    into.set(this.times.subarray(this.start, this.end));
  }
}

function isBinary(data) {
  return typeof data !== 'string';
}

/** Bytes or characters. */
function sizeOf(data) {
  return typeof data === 'string' ? data.length : data.byteLength;
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
