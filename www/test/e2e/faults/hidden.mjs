// A tab that is really hidden. Playwright tells every page that it drives to behave as if it were in front, so this one
// is opened beside it, through the browser's own interface (Chrome DevTools Protocol).

/**
 * A page in a tab of its own, and another tab that can be in front of it.
 * @param {import('playwright-core').Browser} browser
 * @param {string} url
 * @param {string} script runs before any other
 */
export async function openTab(browser, url, script) {
  const session = await browser.newBrowserCDPSession();
  const { targetId } = await session.send('Target.createTarget', { url: 'about:blank' });
  const tab = await attach(session, targetId);
  await tab('Page.enable');
  await tab('Page.addScriptToEvaluateOnNewDocument', { source: script });
  await tab('Page.navigate', { url });
  /** @param {string} expression */
  const evaluate = async (expression) => {
    const { result, exceptionDetails } = await tab('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value;
  };
  /** @type {string | undefined} */
  let other;
  return {
    evaluate,
    /** Waits until the page has loaded, and gives its kit no feed server. */
    ready: () => evaluate(READY),
    async hide() {
      ({ targetId: other } = await session.send('Target.createTarget', { url: 'about:blank' }));
      await session.send('Target.activateTarget', { targetId: other });
    },
    async show() {
      await session.send('Target.activateTarget', { targetId });
    },
    async close() {
      for (const id of [targetId, other]) {
        await (id && session.send('Target.closeTarget', { targetId: id }));
      }
      await session.detach();
    },
  };
}

const READY = `(async () => {
  while (!window.harnessReady) await new Promise((resolve) => setTimeout(resolve, 20));
  await window.harnessReady;
  window.kit.begin('');
})()`;

/**
 * @param {import('playwright-core').CDPSession} session
 * @param {string} targetId
 * @returns {Promise<(method: string, params?: object) => Promise<any>>}
 */
async function attach(session, targetId) {
  const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: false });
  let last = 0;
  /** @type {Map<number, { resolve: (result: any) => void, reject: (error: Error) => void }>} */
  const waiting = new Map();
  session.on('Target.receivedMessageFromTarget', ({ message, sessionId: from }) => {
    const { id, result, error } = JSON.parse(message);
    const call = from === sessionId ? waiting.get(id) : undefined;
    waiting.delete(id);
    if (error) {
      call?.reject(new Error(error.message));
    } else {
      call?.resolve(result);
    }
  });
  return (method, params = {}) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      const message = JSON.stringify({ id: last, method, params });
      session.send('Target.sendMessageToTarget', { sessionId, message }).catch(reject);
    });
}
