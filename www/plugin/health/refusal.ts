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
      `Wrong subprotocol: the server at ${url} accepts none of those offered (${subprotocols.join(', ')}). ` +
      'Without a subprotocol it connects. Correct or clear the list of subprotocols.'
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
    'Check the host name and port, whether the server is running, and whether a firewall blocks this browser.' +
    (tls ? ' The browser reports the same for a TLS certificate that it does not trust.' : '')
  );
}

function explainRejected({ url, subprotocols }: Refusal, status?: number): string {
  const begin = `The server at ${hostOf(url)} responds, but does not open a WebSocket at ${url}. `;
  const protocol =
    subprotocols.length > 0
      ? `it may accept none of the subprotocols offered (${subprotocols.join(', ')})`
      : 'it may require a subprotocol, and none is set';
  const seen = status === undefined ? '' : `An ordinary HTTP request to it returns status ${status}`;
  switch (status) {
    case 401:
    case 403:
      return (
        `${begin}${seen}: it requires credentials or another origin. A browser cannot send headers with a ` +
        'WebSocket; use the access mode "Server (proxy)".'
      );
    case 404:
      return `${begin}${seen}: that is expected if the path is set in the queries; otherwise the URL is wrong.`;
    case 426:
      return `${begin}${seen}: it does support WebSockets there, but refused this one. Possible reasons: ${protocol}, or the page's origin is not allowed.`;
    default:
      return (
        `${begin}${seen && `${seen}. `}The browser does not tell a page why. It may be 401 or 403, because the server ` +
        'requires credentials or another origin; 404, because the path is wrong or set only in the queries; ' +
        `${protocol}; or a proxy in between may not support WebSockets.`
      );
  }
}

/** Grafana's own answers can be read, since they come from the page's own host. */
function explainProxy(status: number): string {
  const begin = `Grafana's proxy did not open a WebSocket, and responds to an ordinary request with status ${status}: `;
  switch (status) {
    case 400:
      return (
        begin + 'the server behind it refused the request; Grafana also reports 401, wrong credentials, in this way.'
      );
    case 401:
      return begin + 'you are no longer signed in to Grafana.';
    case 403:
      return begin + 'Grafana or the server denies access. Check permissions and the allowed origins.';
    case 404:
      return begin + 'the path does not exist, or the data source is not saved yet.';
    case 502:
    case 504:
      return begin + 'Grafana cannot reach the server. Check the URL as seen from the machine Grafana runs on.';
    default:
      return (
        begin +
        'HTTP gets through, but the WebSocket does not. A proxy in front of Grafana may not forward the Upgrade ' +
        'header, or may change the Host header; or the server expects another path.'
      );
  }
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
