/** What an ordinary HTTP request learns about an address that refused a WebSocket. */
export type Reach =
  /** The server answered; the status is known only where the browser lets the page read it. */
  { answered: true; status?: number } | { answered: false };

const TIMEOUT_MS = 3_000;

/**
 * Asks the same address over HTTP. The WebSocket interface hides every cause behind one event; whether anything at
 * all answers there is the most useful thing that can still be found out.
 */
export async function reach(socketUrl: string): Promise<Reach> {
  const url = socketUrl.replace(/^ws/i, 'http');
  const readable = await ask(url, 'cors');
  if (readable) {
    return { answered: true, status: readable.status };
  }
  // A server that names no allowed origin fails the first request, and answers the second one unreadably.
  const opaque = await ask(url, 'no-cors');
  return { answered: opaque !== undefined };
}

/** The answer's head; undefined when there is none, which is all that fetch tells a page about the reason. */
async function ask(url: string, mode: RequestMode): Promise<Response | undefined> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(url, { mode, cache: 'no-store', signal: abort.signal });
    abort.abort(); // the body may be endless
    return response;
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** Listens for the page's Content Security Policy turning down connections to the host of `socketUrl`. */
export function watchPolicy(socketUrl: string): { violated(): boolean; stop(): void } {
  const host = URL.canParse(socketUrl) ? new URL(socketUrl).host : undefined;
  let violated = false;
  const listener = (event: SecurityPolicyViolationEvent) => {
    violated ||= URL.canParse(event.blockedURI) && new URL(event.blockedURI).host === host;
  };
  document.addEventListener('securitypolicyviolation', listener);
  return {
    violated: () => violated,
    stop: () => document.removeEventListener('securitypolicyviolation', listener),
  };
}
