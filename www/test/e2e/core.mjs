/**
 * The end-to-end tests that run with every host, by file: some of everything that the plugin and Grafana do with each
 * other. The full suite runs with one host; what it shows of the engine does not depend on Grafana.
 *
 * A name that no test has fails the run (`scripts/core.mjs`), so a test that is renamed is renamed here too.
 * @type {Record<string, string[]>}
 */
export const CORE = {
  'host.test.mjs': ["the plugin runs on the host's version of Grafana's packages, and with its React"],
  'loading.test.mjs': [
    'the wasm is fetched once, and only when the first query asks for it',
    'wasm that cannot be fetched is an error on the panel that names its address, not a white page',
    'Grafana may be served under a sub-path',
    'the access mode "Server (proxy)" reads through Grafana\'s proxy',
  ],
  'loadingWays.test.mjs': [
    'module.js may be fetched and evaluated instead of added as a script',
    'the plugin may lie on a CDN of another origin (script)',
  ],
  'editors.test.mjs': [
    'a field that is added in the query editor, and named, becomes the column of the panel',
    'another path in the query editor reads another feed',
    'a subscribe message typed into the query editor is sent',
    'a query that cannot be is refused beside its field, and the error of the engine is shown',
    'what the engine finds wrong with a JSONPath stands beside its field, until it is right',
    'the counters of connection and target stand in the stats of the panel',
    '"Save & test" answers: for the address that stands there, and for one that leads nowhere',
    'settings that are saved reach the panels: another address is another connection',
    'another data source is chosen for the history in the query editor, and its own editor shows',
  ],
  'json.test.mjs': ['what is written as JSON is the query, and the builder shows it'],
  'feedView.test.mjs': ['values are clicked in the messages, over the connection that is open, and the panel follows'],
  'dashboards.test.mjs': [
    'freshet-sensors shows data and no complaint',
    'freshet-logs shows data and no complaint',
    'a filter of the dashboard holds for all its panels, and is chosen from what was seen',
  ],
  'consumers.test.mjs': [
    'a query variable lists the distinct values that came within its time, sorted',
    'a variable of a feed that cannot be reached fails with the reason instead of an empty list',
    "the rows of a feed are events in Grafana's standard annotation pipeline, and more follow",
  ],
  'finite.test.mjs': [
    'the Mixed data source, which joins its parts when each has ended, gets one answer with rows',
    "a query variable of @grafana/scenes gets the feed's values as its options",
    'hidden targets are skipped: no rows and no connection',
    'a range that has ended is answered by one packet of each target, Done, and completes (dashboard)',
    'a range that has ended is answered by one packet of each target, Done, and completes (explore)',
  ],
  'logs.test.mjs': [
    'timestamp, body, severity, id and labels stand under the names of the contract, what is left follows',
    'plain text is log lines without a choice of fields',
    'a panel for logs shows the lines',
  ],
  'backfill.test.mjs': [
    'the first packet has the history, and a row that history and feed both hold stands once',
    'rows that arrive while the history is under way are merged with it, each once',
    'refresh does not fetch the history again, nor doubles it',
  ],
  'faults.test.mjs': [
    'malformed messages show as a notice in the panel, and the good rows go on',
    'the code and the reason of a close are shown, with what will be done about it',
    'an error ends with the next good query, without a reload',
  ],
  'history.test.mjs': [
    'refresh keeps the history',
    'a change of the time range keeps the history',
    'opening the panel editor and going back keeps the history',
    'a panel that is taken off the page and put back within the linger time has its history',
  ],
  'sockets.test.mjs': [
    'panels share a socket: one connection for two panels and three targets that read the same feed',
    'the socket is closed when the linger time is over, not before',
    'a panel that leaves does not unsubscribe for those that stay',
    'variables are replaced in path and messages, and a change of one subscribes anew',
  ],
  'values.test.mjs': [
    'a slow feed: every value that was sent, once, in order',
    'nested objects are flattened with dots, every value with its type',
    'two targets of one panel read the same feed, each with the rows it asks for',
  ],
  'series.test.mjs': ["Grafana's own names of the series are those that the data source gives"],
  'health.test.mjs': ['a feed that speaks: connected, how fast, and its first message'],
  'packets.test.mjs': [
    'packets are plain objects with real arrays, a refId, a key that stays, and the state Streaming',
  ],
  'migration.test.mjs': [
    'a query that an earlier version stored is read, and its editor shows it in the shape of today',
    'settings that an earlier version stored are carried out',
  ],
};
