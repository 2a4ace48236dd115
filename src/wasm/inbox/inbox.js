// What runs for each message as it comes: per message, a call between Rust and JavaScript costs more than the work.
// Everything else is Rust.

/** Messages that wait at most before the engine is entered, although nobody asks for a packet yet. */
const MAX_MESSAGES = 1024;
/** The same in bytes, for binary messages. */
const MAX_BYTES = 1 << 18;

/** How messages wait. Those that wait together wait alike, so that they can be handed over together. */
const Kind = {
  /** As bytes in the engine's memory. */
  staged: 0,
  /** Texts that are too long for that, or in a browser that cannot do it. */
  text: 1,
  binary: 2,
};

/** What a socket has delivered and the engine has not yet taken. */
export class Inbox {
  /**
   * @param {() => void} first a message came and none was waiting
   * @param {() => void} full so many wait that they should be taken now
   * @param {Copier} copier what brings texts into the engine's memory
   * @param {Uint8Array} stage part of that memory, which belongs to this inbox; with room for any text that is staged
   * @param {Float64Array} times another part, with room for so many times as messages may wait
   */
  constructor(first, full, copier, stage, times) {
    this.first = first;
    this.full = full;
    this.copier = copier;
    this.kind = Kind.staged;
    this.count = 0;
    // Where the stage begins and ends, up to where it is filled, and where in it each text ends. The array itself is
    // of no use any more once the memory has grown.
    this.begin = stage.byteOffset;
    this.limit = stage.byteOffset + stage.length;
    this.filled = this.begin;
    this.ends = new Uint32Array(MAX_MESSAGES);
    /** The messages that are not staged, and their bytes or characters. */
    this.held = [];
    this.waiting = 0;
    this.events = [];
    this.times = times;
    this.timesBegin = times.byteOffset;
    this.receive = (event) => this.take(event);
  }

  take(event) {
    const data = event.data;
    const kind = kindOf(data, this.copier.longest);
    if (kind !== this.kind && this.count > 0) {
      this.full();
    }
    this.kind = kind;
    if (kind !== Kind.staged) {
      this.hold(data);
    } else if (!this.stage(data)) {
      return;
    }
    // It knows when it came. To ask it, or the clock, costs more than to take the text of a short message.
    this.events[this.count] = event;
    this.count += 1;
    if (this.count >= MAX_MESSAGES) {
      this.full();
    } else if (this.count === 1) {
      this.first();
    }
  }

  /** Says whether there was room, which there always is but for an engine that has died and takes nothing any more. */
  stage(text) {
    let end = this.copier.copy(text, this.filled, this.limit);
    if (end === 0) {
      this.full();
      end = this.copier.copy(text, this.filled, this.limit);
    }
    this.ends[this.count] = end;
    // Addresses are unsigned, of which WebAssembly knows nothing.
    this.filled = end >>> 0 || this.filled;
    return end !== 0;
  }

  hold(message) {
    const size = sizeOf(message);
    const most = this.kind === Kind.text ? this.copier.most : MAX_BYTES;
    if (this.count > 0 && this.waiting + size > most) {
      this.full();
    }
    this.held.push(message);
    this.waiting += size;
  }

  listen(socket) {
    socket.addEventListener('message', this.receive);
  }

  unlisten(socket) {
    socket.removeEventListener('message', this.receive);
  }

  /** Nobody is there any more who takes anything. */
  close() {
    this.full = () => {};
  }

  /** Writes the arrival times to where times belong. Gives when the last message came, by the page's clock
   * (`performance.now()`). */
  writeTimes() {
    if (this.times.length === 0) {
      // The memory has grown, and views of it as it was see nothing any more.
      this.times = new Float64Array(this.copier.memory.buffer, this.timesBegin, MAX_MESSAGES);
    }
    const { events, times } = this;
    const last = this.count - 1;
    const latest = events[last].timeStamp;
    compareClocks(latest);
    times[0] = arrival(events[0]);
    times[last] = arrival(events[last]);
    fillIn(events, times, 0, last);
    return latest;
  }

  /** Everything was taken. */
  clear() {
    // A new one, as new as what it is to hold: references from old objects to new ones are taken down one by one.
    this.events = new Array(this.count);
    if (this.held.length > 0) {
      this.held = [];
    }
    this.count = 0;
    this.waiting = 0;
    this.filled = this.begin;
  }

  /** How much of the stage is filled. Behind each text stands a separator. */
  staged() {
    return this.filled - this.begin;
  }

  /** Where a staged text ends. */
  endAt(index) {
    return this.ends[index] - this.begin - 1;
  }

  /** Writes the texts that are held, as [`Copier.write`] does. */
  write(into) {
    return this.copier.write(this.held, 0, this.count, into);
  }

  /** The same for one of them. */
  writeOne(index, into) {
    return this.copier.write(this.held, index, index + 1, into);
  }

  /** Bytes or characters of one of them. */
  sizeAt(index) {
    return sizeOf(this.held[index]);
  }

  /** Copies the binary messages, one after the other, and how long each is. */
  bytes(into, lengths) {
    let at = 0;
    for (let i = 0; i < this.count; i++) {
      const data = this.held[i];
      into.set(new Uint8Array(data), at);
      at += data.byteLength;
      lengths[i] = data.byteLength;
    }
  }
}

/** Puts in the times between two that are known. Messages stand as they came, so between two that came within a
 * millisecond, which is as exact as the clocks can be compared, all came then. */
function fillIn(events, into, low, high) {
  if (into[high] - into[low] <= 1) {
    into.fill(into[low], low + 1, high);
  } else if (high - low > 1) {
    const middle = (low + high) >> 1;
    into[middle] = arrival(events[middle]);
    fillIn(events, into, low, middle);
    fillIn(events, into, middle, high);
  }
}

/** What the page's clock is behind the wall clock, and when that was found out by the page's clock. */
let behind = 0;
let compared = -Infinity;

/** How long a comparison of the clocks holds. */
const COMPARISON_MS = 1000;

/** The page's clock runs evenly; the wall clock is set now and then, and goes on while the machine sleeps.
 * @param {number} latest when the last message came, by the page's clock */
function compareClocks(latest) {
  const isSet = Math.abs(Date.now() - latest - behind) > COMPARISON_MS;
  if (!isSet && latest - compared <= COMPARISON_MS) {
    return;
  }
  compared = performance.now();
  const difference = Date.now() - compared;
  // It is exact to a millisecond or two. What is no more must not move messages to and fro.
  if (Math.abs(difference - behind) > 2) {
    behind = difference;
  }
}

/** When a message came, in whole milliseconds since the epoch. */
function arrival(event) {
  return Math.round(event.timeStamp + behind);
}

function kindOf(data, longest) {
  if (typeof data !== 'string') {
    return Kind.binary;
  }
  return data.length <= longest ? Kind.staged : Kind.text;
}

/** Bytes or characters. */
function sizeOf(data) {
  return typeof data === 'string' ? data.length : data.byteLength;
}
