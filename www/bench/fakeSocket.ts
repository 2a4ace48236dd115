// A WebSocket that the benchmark feeds by hand: the cost of a message is then that of whoever reads it alone, from the
// listener on. A server that talks is played by `FakeSocket.answer`.
import type { Delivered } from './messages';
import type { Message } from './recorded';

type Handler = ((event: unknown) => void) | null;

/** What a server says to a message of the client, and first of all as the socket opens. */
export type Answer = (said: Uint8Array | string | undefined, say: (answer: Message) => void) => void;

export class FakeSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  static last: FakeSocket | undefined;
  /** The server of sockets that are opened from now on; nothing answers without. */
  static answer: Answer | undefined;

  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;
  readonly bufferedAmount = 0;
  readyState = 0;
  binaryType = 'arraybuffer';
  readonly protocol: string;
  onopen: Handler = null;
  onmessage: Handler = null;
  onclose: Handler = null;
  onerror: Handler = null;
  /** One of each type, which is what clients set; that of messages by itself, for speed. */
  private readonly listeners = new Map<string, Handler>();
  private listener: Handler = null;
  private readonly answer = FakeSocket.answer;

  constructor(
    readonly url: string,
    protocols: string | string[] = []
  ) {
    this.protocol = [protocols].flat()[0] ?? '';
    FakeSocket.last = this;
    setTimeout(() => {
      this.readyState = 1;
      this.tell('open', {});
      this.answer?.(undefined, this.say);
    }, 0);
  }

  addEventListener(type: string, listener: Handler) {
    if (type === 'message') {
      this.listener = listener;
    }
    this.listeners.set(type, listener);
  }

  removeEventListener(type: string) {
    this.addEventListener(type, null);
  }

  deliver(event: Delivered) {
    (this.listener ?? this.onmessage)?.(event);
  }

  send(said: ArrayBuffer | Uint8Array | string) {
    this.answer?.(said instanceof ArrayBuffer ? new Uint8Array(said) : said, this.say);
  }

  close() {
    this.readyState = 3;
  }

  private readonly say = (data: Message) => {
    setTimeout(() => this.tell('message', new MessageEvent('message', { data })), 0);
  };

  private tell(type: 'open' | 'message', event: unknown) {
    this[`on${type}`]?.(event);
    this.listeners.get(type)?.(event);
  }
}
