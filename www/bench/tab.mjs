// A tab of a browser that is asked for its figures and otherwise left alone: of DevTools only `Runtime` and
// `Performance` are on, because with `Network` on a browser reports every frame of a socket, at a third of all time.
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { open } from '../test/support/browser.mjs';
import { freePort } from '../test/support/ports.mjs';

/** How long a browser may take to start. */
const PATIENCE_MS = 20_000;

/**
 * Figures of a page's main thread since it began: processor time in seconds, and the JavaScript heap in bytes.
 * @typedef {{ busy: number, heap: number }} Figures
 */

/**
 * Opens a page in a browser of its own.
 * @param {string} url
 * @param {string[]} [flags]
 */
export async function openTab(url, flags = []) {
  const port = await freePort();
  const browser = await open(url, [`--remote-debugging-port=${port}`, ...flags]);
  try {
    const talk = await attach(port, url);
    // Processor time, and not time that passes: what else the machine does is not counted.
    await talk.call('Performance.enable', { timeDomain: 'threadTicks' });
    return {
      /** The value of an expression, or of what it promises. @param {string} expression @returns {Promise<any>} */
      async evaluate(expression) {
        const answer = await talk.call('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
        if (answer.exceptionDetails) {
          const { text, exception } = answer.exceptionDetails;
          throw new Error(exception?.description ?? text);
        }
        return answer.result.value;
      },
      /** @returns {Promise<Figures>} */
      async figures() {
        const { metrics } = await talk.call('Performance.getMetrics');
        const value = (/** @type {string} */ wanted) =>
          metrics.find((/** @type {{ name: string }} */ { name }) => name === wanted).value;
        return { busy: value('TaskDuration'), heap: value('JSHeapUsedSize') };
      },
      collectGarbage: () => talk.call('HeapProfiler.collectGarbage'),
      async close() {
        talk.close();
        await browser.close();
      },
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

/** @param {number} port @param {string} url */
async function attach(port, url) {
  const socket = new WebSocket(await debuggerOf(port, url), { perMessageDeflate: false });
  /** @type {Map<number, { resolve: (result: any) => void, reject: (error: Error) => void }>} */
  const waiting = new Map();
  let count = 0;
  socket.on('message', (data) => {
    const { id, result, error } = JSON.parse(String(data));
    const call = waiting.get(id);
    waiting.delete(id);
    if (error) {
      call?.reject(new Error(error.message));
    } else {
      call?.resolve(result);
    }
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return {
    /** @param {string} method @param {object} [params] @returns {Promise<any>} */
    call: (method, params = {}) =>
      new Promise((resolve, reject) => {
        count += 1;
        waiting.set(count, { resolve, reject });
        socket.send(JSON.stringify({ id: count, method, params }));
      }),
    close: () => socket.terminate(),
  };
}

/** The address at which the page can be asked. @param {number} port @param {string} url */
async function debuggerOf(port, url) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(50)) {
    try {
      const tabs = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
      const tab = tabs.find((/** @type {{ url: string }} */ each) => each.url === url);
      if (tab) {
        return tab.webSocketDebuggerUrl;
      }
    } catch {
      // It has not started yet.
    }
  }
  throw new Error(`The browser did not open ${url} within ${PATIENCE_MS} ms.`);
}
