import '@testing-library/jest-dom';
import { MessageChannel } from 'node:worker_threads';

// Some tests run without a DOM.
if (typeof window !== 'undefined') {
  fillGaps();
}

/** What jsdom lacks and @grafana/ui asks for while it draws. Nothing here answers for the code under test. */
function fillGaps() {
  window.matchMedia = (query) =>
    ({
      matches: false,
      media: query,
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    }) as unknown as MediaQueryList;

  class NoObserver {
    observe() {}
    unobserve() {}
    disconnect() {}
    takeRecords() {
      return [];
    }
  }
  window.ResizeObserver = NoObserver as unknown as typeof ResizeObserver;
  window.IntersectionObserver = NoObserver as unknown as typeof IntersectionObserver;

  // Node's own, which would keep a test from ending.
  window.MessageChannel = class extends MessageChannel {
    constructor() {
      super();
      for (const port of [this.port1, this.port2]) {
        port.ref = () => undefined;
        port.unref();
      }
    }
  } as unknown as typeof window.MessageChannel;

  // Lists draw only the rows that fit, and in jsdom every box is empty.
  HTMLElement.prototype.getBoundingClientRect = () =>
    ({ width: 240, height: 240, top: 0, left: 0, bottom: 240, right: 240, x: 0, y: 0, toJSON: () => ({}) }) as DOMRect;
  for (const size of ['offsetWidth', 'offsetHeight', 'clientWidth', 'clientHeight'] as const) {
    Object.defineProperty(HTMLElement.prototype, size, { configurable: true, value: 240 });
  }

  // Text is measured on a canvas, which jsdom does not draw on.
  HTMLCanvasElement.prototype.getContext = (() => ({
    measureText: (text: string) => ({ width: 8 * text.length }),
  })) as unknown as HTMLCanvasElement['getContext'];
}
