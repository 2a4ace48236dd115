import type { ProbeReport, Source } from '../engine/types';
import { checkHealth, type Probe } from '.';

const URL_ = 'ws://feeds.example.org:9190/a';

function source(part: Partial<Source> = {}): Source {
  return { uid: 'u', name: 'Feed', url: URL_, settings: {}, ...part };
}

/** A probe that answers with each report in turn. */
function probing(...reports: Array<Partial<ProbeReport>>) {
  const probe = jest.fn<ReturnType<Probe>, Parameters<Probe>>();
  for (const report of reports) {
    probe.mockResolvedValueOnce({ state: report.openedMs === undefined ? 'failed' : 'open', messages: 0, ...report });
  }
  return probe;
}

/** What an ordinary request to the feed's address is answered with; an Error stands for no answer. */
const fetched = jest.fn<Promise<Response>, [string, RequestInit]>();

beforeEach(() => {
  fetched.mockReset().mockRejectedValue(new TypeError('Failed to fetch'));
  global.fetch = fetched as unknown as typeof fetch;
});

const REFUSED: Partial<ProbeReport> = { closeCode: 1006, error: 'closed before it was open' };

describe('before anything is tried', () => {
  it('refuses a URL that is none', async () => {
    const probe = probing();
    expect(await checkHealth(probe, source({ url: 'feeds' }), 'direct')).toEqual({
      status: 'error',
      message:
        '"feeds" is not a URL. It begins with one of ws://, wss://, http://, https:// and names a host, ' +
        'for example wss://feeds.example.org/stream.',
    });
    expect(probe).not.toHaveBeenCalled();
  });
});

describe('a connection that opens', () => {
  it('is shown with the first message', async () => {
    const probe = probing({ openedMs: 34.6, messages: 2, firstMessage: '{"value":1}', firstMessageMs: 120.2 });
    expect(await checkHealth(probe, source(), 'direct')).toEqual({
      status: 'success',
      message: `Connected to ${URL_} in 35 ms. First message after 120 ms: {"value":1}`,
    });
    expect(probe).toHaveBeenCalledWith(source(), {}, 4000);
    expect(fetched).not.toHaveBeenCalled();
  });

  it('is shown with subprotocol, kind of message and early end', async () => {
    const probe = probing({
      openedMs: 5,
      protocol: 'v2',
      messages: 1,
      firstMessage: '{}',
      firstMessageBinary: true,
      firstMessageMs: 6,
      closeCode: 4001,
      closeReason: 'bye',
    });
    expect((await checkHealth(probe, source(), 'direct')).message).toBe(
      `Connected to ${URL_} in 5 ms, subprotocol v2. First message (binary) after 6 ms: {} ` +
        'Then the server closed the connection: code 4001, a server-specific code; it says "bye".'
    );
  });

  it('and stays silent is a warning', async () => {
    expect(await checkHealth(probing({ openedMs: 5 }), source(), 'direct')).toEqual({
      status: 'warning',
      message:
        `Connected to ${URL_} in 5 ms. No message arrived within 4 s. That is expected if the feed needs a path ` +
        'or a subscribe message, which are set in the query; otherwise the feed is silent.',
    });
  });

  it('and is closed at once is an error', async () => {
    expect(await checkHealth(probing({ openedMs: 5, closeCode: 1008 }), source(), 'direct')).toEqual({
      status: 'error',
      message:
        `Connected to ${URL_} in 5 ms. The server closed the connection before it sent anything: code 1008, ` +
        'policy violation, often a missing permission.',
    });
  });

  it('and is an HTTP response that ends is told in the words of the engine', async () => {
    const error = 'The connection to http://h was closed: the server ended the response.';
    expect(await checkHealth(probing({ openedMs: 5, error }), source(), 'direct')).toEqual({
      status: 'error',
      message: `Connected to ${URL_} in 5 ms. No message arrived. ${error}`,
    });
    const spoke = { openedMs: 5, firstMessage: '1', firstMessageMs: 1, messages: 1, error };
    expect((await checkHealth(probing(spoke), source(), 'direct')).message).toBe(
      `Connected to ${URL_} in 5 ms. First message after 1 ms: 1 ${error}`
    );
  });

  it.each([
    [1006, 'the connection was dropped or refused, or the handshake failed'],
    [4999, 'a server-specific code'],
    [5000, 'unknown code'],
  ])('and is closed with code %d has its meaning in words', async (closeCode, meaning) => {
    const { message } = await checkHealth(probing({ openedMs: 5, closeCode }), source(), 'direct');
    expect(message).toContain(`before it sent anything: code ${closeCode}, ${meaning}.`);
  });
});

describe('a connection that does not open', () => {
  const check = async (...args: Parameters<typeof checkHealth>) => (await checkHealth(...args)).message;

  it('for want of a server says so, with what the engine saw', async () => {
    expect(await checkHealth(probing(REFUSED), source(), 'direct')).toEqual({
      status: 'error',
      message:
        'Connection refused: nothing answers at feeds.example.org:9190. ' +
        'Check the host name and port, whether the server is running, and whether a firewall blocks this browser.',
      details: { message: 'closed before it was open' },
    });
    expect(fetched.mock.calls.map(([url, { mode }]) => [url, mode])).toEqual([
      ['http://feeds.example.org:9190/a', 'cors'],
      ['http://feeds.example.org:9190/a', 'no-cors'],
    ]);
  });

  it('over TLS may also be a certificate', async () => {
    expect(await check(probing(REFUSED), source({ url: 'wss://feeds.example.org' }), 'direct')).toMatch(
      /The browser reports the same for a TLS certificate that it does not trust\.$/
    );
  });

  it('although the server answers may be 401 or 403, which the browser does not tell', async () => {
    fetched.mockRejectedValueOnce(new TypeError()).mockResolvedValueOnce({ status: 0 } as Response);
    expect(await check(probing(REFUSED), source(), 'direct')).toBe(
      `The server at feeds.example.org:9190 responds, but does not open a WebSocket at ${URL_}. ` +
        'The browser does not tell a page why. It may be 401 or 403, because the server requires credentials or another ' +
        'origin; 404, because the path is wrong or set only in the queries; it may require a subprotocol, and none is set; ' +
        'or a proxy in between may not support WebSockets.'
    );
  });

  it.each([
    [500, ' An ordinary HTTP request to it returns status 500. The browser does not tell a page why.'],
    [401, 'status 401: it requires credentials or another origin. A browser cannot send headers'],
    [403, 'status 403: it requires credentials or another origin. A browser cannot send headers'],
    [404, 'status 404: that is expected if the path is set in the queries; otherwise the URL is wrong.'],
    [426, 'it does support WebSockets there, but refused this one. Possible reasons: it may require a subprotocol'],
  ])('makes use of status %i where the browser lets it be read', async (status, meaning) => {
    fetched.mockResolvedValueOnce({ status } as Response);
    expect(await check(probing(REFUSED), source(), 'direct')).toContain(meaning);
  });

  it('is a warning when only the base address leads nowhere', async () => {
    fetched.mockResolvedValueOnce({ status: 404 } as Response);
    expect((await checkHealth(probing(REFUSED), source(), 'direct')).status).toBe('warning');
    fetched.mockResolvedValueOnce({ status: 403 } as Response);
    expect((await checkHealth(probing(REFUSED), source(), 'direct')).status).toBe('error');
  });

  it('because of its subprotocols opens without them', async () => {
    const probe = probing(REFUSED, { openedMs: 3 });
    const chosen = source({ settings: { subprotocols: ['v1', 'v0'] } });
    expect(await check(probe, chosen, 'direct')).toBe(
      `Wrong subprotocol: the server at ${URL_} accepts none of those offered (v1, v0). ` +
        'Without a subprotocol it connects. Correct or clear the list of subprotocols.'
    );
    expect(probe.mock.calls[1][0].settings.subprotocols).toEqual([]);
  });

  it('with subprotocols and without may still be a subprotocol', async () => {
    fetched.mockResolvedValueOnce({ status: 400 } as Response);
    const chosen = source({ settings: { subprotocols: ['v1'] } });
    expect(await check(probing(REFUSED, REFUSED), chosen, 'direct')).toContain(
      'it may accept none of the subprotocols offered (v1)'
    );
  });

  it('and was never closed is explained by the engine', async () => {
    const error = 'The server did not answer the handshake within 10 s.';
    expect(await checkHealth(probing({ error }), source(), 'direct')).toEqual({ status: 'error', message: error });
    expect(fetched).not.toHaveBeenCalled();
  });

  it('because of the policy of the page', async () => {
    const probe = jest.fn<ReturnType<Probe>, Parameters<Probe>>(async () => {
      const event = Object.assign(new Event('securitypolicyviolation'), { blockedURI: URL_ });
      document.dispatchEvent(event);
      return { state: 'failed', messages: 0, closeCode: 1006 };
    });
    expect(await check(probe, source(), 'direct')).toBe(
      "The page's Content Security Policy does not allow a connection to feeds.example.org:9190. " +
        'Add it to connect-src in Grafana\'s content_security_policy_template, or use the access mode "Server (proxy)".'
    );
    expect(fetched).not.toHaveBeenCalled();
  });

  it('is not blamed on a policy that concerns another host', async () => {
    const probe = jest.fn<ReturnType<Probe>, Parameters<Probe>>(async () => {
      for (const blockedURI of ['https://elsewhere.example.org/', 'inline']) {
        document.dispatchEvent(Object.assign(new Event('securitypolicyviolation'), { blockedURI }));
      }
      return { state: 'failed', messages: 0, closeCode: 1006 };
    });
    expect(await check(probe, source(), 'direct')).toMatch(/^Connection refused/);
  });

  it.each([
    [400, 'the server behind it refused the request; Grafana also reports 401, wrong credentials, in this way.'],
    [401, 'you are no longer signed in to Grafana.'],
    [403, 'Grafana or the server denies access. Check permissions and the allowed origins.'],
    [404, 'the path does not exist, or the data source is not saved yet.'],
    [502, 'Grafana cannot reach the server. Check the URL as seen from the machine Grafana runs on.'],
    [504, 'Grafana cannot reach the server. Check the URL as seen from the machine Grafana runs on.'],
    [
      426,
      'HTTP gets through, but the WebSocket does not. A proxy in front of Grafana may not forward the Upgrade ' +
        'header, or may change the Host header; or the server expects another path.',
    ],
  ])('through the proxy reads status %i', async (status, meaning) => {
    fetched.mockResolvedValueOnce({ status } as Response);
    const proxied = source({ url: 'ws://localhost/api/datasources/proxy/uid/u' });
    expect(await check(probing(REFUSED), proxied, 'proxy')).toBe(
      `Grafana's proxy did not open a WebSocket, and responds to an ordinary request with status ${status}: ${meaning}`
    );
  });
});

it('shows that the engine could not be loaded', async () => {
  const probe = jest.fn().mockRejectedValue(new Error("Freshet's engine could not be loaded: blocked."));
  expect(await checkHealth(probe, source(), 'direct')).toEqual({
    status: 'error',
    message: "Freshet's engine could not be loaded: blocked.",
  });
});
