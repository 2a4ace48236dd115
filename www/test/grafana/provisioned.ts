/** What provisioning/ gives to the Grafana under test. */
export const TYPE = 'freshet-websocket-datasource';
export const SOURCES = { fileName: 'freshet.yaml', name: 'Demo feed' };
export const DASHBOARD = { fileName: 'demo.json' };
/** Where the feed server is for a browser. */
export const FEEDS = 'ws://localhost:9190';
