// @grafana/runtime reads `window.grafanaBootData` while it loads, so this module has to be imported before any other.

/** What the server tells the page, in playground-config.js. */
interface PlaygroundConfig {
  feedUrl: string;
  /** The path Grafana would be served under, without a slash at the end; empty at the root. */
  appSubUrl: string;
  pluginId: string;
  /** The folder of the plugin: below this page, or a URL on a CDN. */
  pluginUrl: string;
  /**
   * Grafana's `loadingStrategy`: a script element, or `fetch` and `eval`, which it takes for plugins on a CDN; or its
   * plugin sandbox.
   */
  loading: 'script' | 'fetch' | 'sandbox';
}

declare global {
  interface Window {
    freshetPlayground: PlaygroundConfig;
    grafanaBootData?: unknown;
    __grafana_public_path__?: string;
  }
}

const address = new URLSearchParams(window.location.search);

/** The server's word, with what the address overrides. */
export const playground: PlaygroundConfig = {
  ...window.freshetPlayground,
  feedUrl: address.get('feed') ?? window.freshetPlayground.feedUrl,
};

const themeName = address.get('theme') === 'light' ? 'light' : 'dark';

window.__grafana_public_path__ = `${playground.appSubUrl}/public/`;

window.grafanaBootData = {
  assets: { dark: '', light: '' },
  navTree: [],
  settings: {
    appSubUrl: playground.appSubUrl,
    appUrl: `${window.location.origin}${playground.appSubUrl}/`,
    buildInfo: { version: String(process.env.GRAFANA_VERSION), commit: '', env: 'production' },
    featureToggles: {},
    minRefreshInterval: '1s',
  },
  user: { isSignedIn: true, theme: themeName, timezone: 'browser', weekStart: '', locale: 'en-US', orgRole: 'Admin' },
};
