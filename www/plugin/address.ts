import { URL_PLACEHOLDERS } from './generated';

/** How the browser reaches the feed: itself, or through Grafana's data source proxy. */
export type Access = 'direct' | 'proxy';

/** Where the page stands; the proxy's address is relative to it. */
export interface Page {
  protocol: string;
  host: string;
  /** Path under which Grafana is served, without a slash at the end; empty at the root. */
  subUrl: string;
}

const DIRECT_SCHEMES: readonly string[] = ['ws:', 'wss:', 'http:', 'https:'];
// Grafana's proxy hands its scheme to an HTTP transport, which knows nothing of ws://.
const PROXY_SCHEMES: readonly string[] = ['http:', 'https:'];

/**
 * The absolute address the socket is opened on. With `proxy`, Grafana hands the browser a path such as
 * `/api/datasources/proxy/uid/…` that knows nothing of the sub-path Grafana may be served under.
 */
export function sourceUrl(url: string, access: Access, page: Page): string {
  if (access === 'direct' || !url.startsWith('/')) {
    return url.trim();
  }
  const scheme = page.protocol === 'https:' ? 'wss' : 'ws';
  return `${scheme}://${page.host}${page.subUrl}${url}`;
}

/** Where Grafana's data source proxy has a data source, whatever its access mode: absolute, for a request over HTTP. */
export function proxyUrl(uid: string, page: Page): string {
  return `${page.protocol}//${page.host}${page.subUrl}/api/datasources/proxy/uid/${uid}`;
}

/** Where the plugin's page is on which viewers enter tokens of their own. On Grafana's own host, whose pages share what the browser keeps. */
export function tokenPage(pluginId: string, page: Page): string {
  return `${page.protocol}//${page.host}${page.subUrl}/public/plugins/${pluginId}/token.html`;
}

export type Placeholder = keyof typeof URL_PLACEHOLDERS;

/** What stands in a URL for what a person has to replace: whole words, outside of the query string. */
export function placeholdersIn(url: string): Placeholder[] {
  const words = new Set(url.split(/[?#]/)[0].split(/\W/));
  return (Object.keys(URL_PLACEHOLDERS) as Placeholder[]).filter((word) => words.has(word));
}

// Browsers mend what lacks a slash or has one too many or a line break; the engine puts addresses together as texts, and does not.
const AUTHORITY = /^[\w+.-]+:\/\/([^/?#\\\s]+)(?:[/?#]|$)/;

/** What is wrong with a URL as a person wrote it into the settings; undefined when nothing is. */
export function urlProblem(text: string, access: Access): string | undefined {
  const url = text.trim();
  const schemes = access === 'proxy' ? PROXY_SCHEMES : DIRECT_SCHEMES;
  const right = schemes.map((scheme) => `${scheme}//`).join(', ');
  if (url === '') {
    return `The URL is missing. It begins with one of ${right}.`;
  }
  const [placeholder] = placeholdersIn(url);
  if (placeholder !== undefined) {
    return `Replace ${placeholder} with ${URL_PLACEHOLDERS[placeholder]}.`;
  }
  const authority = AUTHORITY.exec(url)?.[1];
  if (!URL.canParse(url) || authority === undefined) {
    // The one thing that can be wrong with what otherwise reads as it should.
    const port = /^\w+:\/\/[^/?#]*:(\d+)(?:[/?#]|$)/.exec(url)?.[1];
    if (port !== undefined && URL.canParse(url.replace(`:${port}`, ''))) {
      return `The port of "${url}" is ${port}, but the highest port is 65535.`;
    }
    return `"${url}" is not a URL. It begins with one of ${right} and names a host, for example ${example(access)}.`;
  }
  const parsed = new URL(url);
  if (!schemes.includes(parsed.protocol)) {
    const why = access === 'proxy' ? " Grafana's proxy takes the WebSocket's address in its HTTP form." : '';
    return `The URL begins with "${parsed.protocol}//", but must begin with one of ${right}.${why}`;
  }
  if (parsed.hash !== '') {
    return `The URL ends with "${parsed.hash}", but a WebSocket's address has no such part. Remove it.`;
  }
  if (access === 'direct' && authority.includes('@')) {
    return 'The URL contains a user name or password, which every viewer of a dashboard could read. Remove them.';
  }
  return undefined;
}

/** Whether what the browser makes of an address depends on where it leads: it is not encrypted, and the page is. */
export function mayBeMixedContent(url: string, page: Pick<Page, 'protocol'>): boolean {
  return page.protocol === 'https:' && /^(ws|http):/i.test(url.trim());
}

function example(access: Access): string {
  return access === 'proxy' ? 'https://feeds.example.org/stream' : 'wss://feeds.example.org/stream';
}
