import type { Access } from '../address';
import type { Reach } from './reach';

/** What is known about a connection that never opened. */
export interface Refusal {
  url: string;
  access: Access;
  subprotocols: readonly string[];
  policyViolated: boolean;
  /** Whether a connection without subprotocols opens; undefined when that was not tried. */
  opensWithoutSubprotocols?: boolean;
  reach: Reach;
}

/** Why a connection did not open, as far as a web page can find out, and what to do about it. */
export function explainRefusal(refusal: Refusal): string {
  const { url, subprotocols } = refusal;
  if (refusal.policyViolated) {
    return (
      `The page's Content Security Policy does not allow a connection to ${hostOf(url)}. ` +
      'Add it to connect-src in Grafana\'s content_security_policy_template, or use the access mode "Server (proxy)".'
    );
  }
  if (refusal.opensWithoutSubprotocols) {
    return (
      `Wrong subprotocol: the server at ${url} takes none of those offered (${subprotocols.join(', ')}). ` +
      'Without a subprotocol it connects. Correct or empty the list of subprotocols.'
    );
  }
  if (refusal.access === 'proxy' && refusal.reach.answered && refusal.reach.status !== undefined) {
    return explainProxy(refusal.reach.status);
  }
  return refusal.reach.answered ? explainRejected(refusal, refusal.reach.status) : explainUnreachable(url);
}

function explainUnreachable(url: string): string {
  const tls = url.startsWith('wss:') || url.startsWith('https:');
  return (
    `Connection refused: nothing answers at ${hostOf(url)}. ` +
    'Check the host name and port, whether the server runs, and whether a firewall lets this browser through.' +
    (tls ? ' The browser answers the same to a TLS certificate that it does not trust.' : '')
  );
}

function explainRejected({ url, subprotocols }: Refusal, status?: number): string {
  const begin = `The server at ${hostOf(url)} answers, but opens no WebSocket at ${url}. `;
  const protocol =
    subprotocols.length > 0
      ? `it may take none of the subprotocols offered (${subprotocols.join(', ')})`
      : 'it may ask for a subprotocol, and none is set';
  const seen = status === undefined ? '' : `An ordinary HTTP request to it is answered with status ${status}`;
  switch (status) {
    case 401:
    case 403:
      return (
        `${begin}${seen}: it wants credentials, or pages of another origin. A browser can send no headers with a ` +
        'WebSocket; use the access mode "Server (proxy)".'
      );
    case 404:
      return `${begin}${seen}: that is as it should be when the path stands in the queries; otherwise it is wrong.`;
    case 426:
      return `${begin}${seen}: it does speak WebSocket there, but refused this one. Of the reasons left, ${protocol}, or the page's origin is not allowed.`;
    default:
      return (
        `${begin}${seen && `${seen}. `}The browser does not tell a page why. It may be 401 or 403, because the server ` +
        'wants credentials or another origin; 404, because the path is wrong, or stands in the queries only; ' +
        `${protocol}; or a proxy on the way may not pass WebSockets on.`
      );
  }
}

/** Grafana's own answers can be read, since they come from the page's own host. */
function explainProxy(status: number): string {
  const begin = `Grafana's proxy opened no WebSocket, and answers an ordinary request with status ${status}: `;
  switch (status) {
    case 400:
      return begin + 'the server behind it refused, which with Grafana also stands for 401, wrong credentials.';
    case 401:
      return begin + 'you are not signed in to Grafana any more.';
    case 403:
      return begin + 'Grafana or the server refuses access. Check permissions and the allowed origins.';
    case 404:
      return begin + 'the path does not exist, or the data source is not saved yet.';
    case 502:
    case 504:
      return begin + 'Grafana cannot reach the server. Check the URL as seen from the machine Grafana runs on.';
    default:
      return (
        begin +
        'HTTP gets through and the WebSocket does not. A proxy in front of Grafana may not pass on the Upgrade ' +
        'header, or changes the Host header; the server may want another path.'
      );
  }
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
