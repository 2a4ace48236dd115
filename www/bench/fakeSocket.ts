// A WebSocket that the benchmark feeds by hand: the cost of a message is then the
// engine's alone, from the listener it registered on.
import type { Delivered } from './messages';

type Listener = (event: Delivered) => void;

export class FakeSocket {
  static readonly OPEN = 1;
  static last: FakeSocket | undefined;

  readyState = 1;
  binaryType = 'arraybuffer';
  protocol = '';
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  private listener: Listener | undefined;

  constructor(readonly url: string) {
    FakeSocket.last = this;
    setTimeout(() => this.onopen?.(), 0);
  }

  addEventListener(_type: 'message', listener: Listener) {
    this.listener = listener;
  }

  removeEventListener() {
    this.listener = undefined;
  }

  deliver(event: Delivered) {
    this.listener?.(event);
  }

  send() {}

  close() {
    this.readyState = 3;
  }
}
