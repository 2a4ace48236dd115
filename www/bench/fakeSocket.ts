// A WebSocket that the benchmark feeds by hand: the cost of a message is then the
// engine's alone, from the listener it registered on.

type Listener = (event: { data: unknown }) => void;

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

  deliver(data: string | ArrayBuffer) {
    this.listener?.({ data });
  }

  send() {}

  close() {
    this.readyState = 3;
  }
}
