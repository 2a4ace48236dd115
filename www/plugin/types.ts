import type { DataQuery, DataSourceJsonData, DataSourceRef } from '@grafana/data';

import type { ConversationOptions } from './conversation';
import type { FORMATS, PRESETS, PROTOCOL_FORMATS } from './generated';

/**
 * The public contract of Freshet: what a dashboard stores for a query and what a data source stores in `jsonData`.
 * Names are stable, since saved dashboards and provisioning files carry them; additions are welcome.
 * The engine reads the same shapes. What it does not carry out yet is marked so here, has no control in the editors, and
 * is named in a notice on every panel of a data source that sets it.
 */
export interface StreamQuery extends DataQuery {
  /** `connections`: reads what the connections of this page do, of all Freshet data sources, instead of the feed. No socket is opened for it. */
  queryType?: 'connections' | (string & {});
  /** Appended to the data source's URL. May carry a `?query`; can never change the host. Variables are replaced. */
  path?: string;
  /** `transport: 'sse'`: names of the events to read, separated by commas. Default: all. Variables are replaced. */
  event?: string;
  /** With a protocol of the data source: what to subscribe to, for NATS `{ subject, queue? }`. Variables are replaced. */
  params?: Record<string, unknown>;
  /** Text sent once the connection stands, and again after every reconnect. Variables are replaced. */
  subscribe?: string;
  /** Text sent when the last reader of what `subscribe` asked for has left and lingered. Variables are replaced. */
  unsubscribe?: string;
  /** How a message is read. Default `auto`. */
  format?: Format;
  /** `csv`: how its lines are cut. What is absent is guessed from the messages. */
  csv?: CsvOptions;
  /** Paths of texts that hold JSON, read as if it stood there: with `$.payload`, `$.payload.temp` is a path. */
  parse?: string[];
  /** The fields to read. Empty: inferred from the messages, nested objects flattened with dots. */
  fields?: FieldSelector[];
  /** A row is kept when all of these hold. */
  filter?: Condition[];
  /** `append` keeps every row, `upsert` keeps one row per key. Default `append`. */
  mode?: 'append' | 'upsert';
  /** `upsert`: the selectors that make up the key. Default: the label fields. (`key` is Grafana's own: Explore sets it.) */
  keys?: string[];
  /** `upsert`: a message for which all of these hold removes its row. */
  deleteWhen?: Condition[];
  /** `upsert`: a message for which all of these hold replaces all rows. */
  clearWhen?: Condition[];
  /** `upsert`: rows of an earlier connection go when the new one has brought some. Default: true where `clearWhen` is set. */
  dropOnReconnect?: boolean;
  /** `upsert`: a row untouched for this long goes, for example `90s`. */
  expireAfter?: string;
  /** Rows kept per series, the newest win. Default 1000. */
  capacity?: number;
  /** Rows older than this go, for example `5m`. */
  window?: string;
  /** Distinct label sets kept. Default 100; what is cut is said in a notice. */
  maxSeries?: number;
  /** Packets per second at most. Default 10, and never closer than 60 ms apart. */
  maxRate?: number;
  /** Reduces all rows of an interval to one. */
  bucket?: Bucket;
  /** The shape of the frame that Grafana is told to prefer. */
  view?: 'timeseries' | 'table' | 'logs';
  /** History, fetched over HTTP or asked of another data source before the first packet. */
  backfill?: Backfill;
  /** Whether the rows outlive a reload of the page, in the browser's own database. Default false. */
  keepRows?: boolean;
  /** How the query editor shows the query; nothing else reads it. Named as in Grafana's own editors. Default `builder`. */
  editorMode?: 'builder' | 'code';
}

/** How data is written. `auto` looks at it. */
export type DataFormat = 'auto' | (typeof FORMATS)[number]['name'];

/** How a message is written: as data, or in a protocol that carries data. */
export type Format = DataFormat | (typeof PROTOCOL_FORMATS)[number]['name'];

/** One of the presets that the engine has. */
export type Preset = (typeof PRESETS)[number]['name'];

export interface CsvOptions {
  /** Whether the first line names the columns. With names the paths are `$.name`, without `$[0]`. */
  header?: boolean;
  /** The character between two values. Variables are replaced. */
  separator?: string;
}

/** One column of the frame. */
export interface FieldSelector {
  /** JSONPath (RFC 9535), absolute: `$.data.p`, `$['odd key']`, `$[0]`, `$.updates[*].values[*].value`. `$.*~`: names of members. */
  path: string;
  /** The column's name. Default: the last name in the path. */
  name?: string;
  /** What the column is for. Default `value`. Several fields with the role `time` tell one time. `id` makes two deliveries of a row the same row. */
  role?: FieldRole;
  /** What the values are made into. Default `auto`. */
  type?: FieldKind;
  /** How a time is written: one of these names, or a strftime pattern. Default `auto`. */
  timeFormat?: TimeFormat;
  /** Of which zone times are that do not say: an IANA name, an offset such as `+02:00`, `UTC`, or `browser`. Default UTC, with a notice. */
  timeZone?: string;
  /** A regular expression; what its first group matches is the value, for example `([\d.]+) °C`. */
  pattern?: string;
  /** Grafana's id of a unit, for example `celsius`; goes to `field.config.unit`. */
  unit?: string;
}

export type FieldRole = 'value' | 'time' | 'label' | 'id';
export type FieldKind = 'auto' | 'number' | 'string' | 'boolean' | 'time' | 'json';
// `string & {}` keeps the completion of the named formats in editors, which plain `string` would swallow.
export type TimeFormat = 'auto' | 's' | 'ms' | 'us' | 'ns' | 'iso8601' | 'rfc2822' | (string & {});

/** A test on one value of a message. */
export interface Condition {
  path: string;
  op: Operator;
  /** Compared as what stands in the message, so that `5` and `"5"` are one. `exists`: false asks for its absence. */
  value?: string | number | boolean;
}

export type Operator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'exists' | 'contains' | 'matches' | '!matches';

export type Reducer = 'last' | 'first' | 'min' | 'max' | 'mean' | 'sum' | 'count' | 'ohlc';

export interface Bucket {
  /** Length of an interval, for example `1s`. */
  interval: string;
  /** Default `last`. */
  reduce?: Reducer;
}

/** Where the history of a stream is, and how it is read. */
export interface Backfill {
  /** Path relative to the data source's URL, fetched over HTTP. Variables are replaced. */
  url?: string;
  /** How the answer is written. Default: as the messages. */
  format?: DataFormat;
  /** As in the query. Empty: the fields of the query. */
  fields?: FieldSelector[];
  /** In place of `url`: another data source that has the history. Its fields fill those of the query with the same names. */
  datasource?: DataSourceRef;
  /** What that data source is asked, in its own words; it replaces the variables itself. */
  query?: Record<string, unknown>;
}

/** What a query variable stores: which values of a feed it lists. */
export interface VariableQuery extends DataQuery {
  /** As in the query. */
  path?: string;
  /** As in the query. */
  params?: Record<string, unknown>;
  /** As in the query. */
  subscribe?: string;
  /** As in the query. */
  format?: Format;
  /** As in the query. */
  csv?: CsvOptions;
  /** The value to list: a JSONPath, as in the fields of a query. */
  field?: string;
  /** How long messages are read before the list is shown, for example `5s`. Default `2s`. */
  collectFor?: string;
}

/** What a data source stores in `jsonData`. Every viewer of a dashboard can read it, so secrets never stand here. */
export interface FreshetOptions extends DataSourceJsonData, ConversationOptions {
  /** What the data source is read over. Default `websocket`, also with an http(s):// URL. */
  transport?: Transport;
  /** Offered to the server in the WebSocket handshake, in this order. */
  subprotocols?: string[];
  /** How a lost connection is taken up again. */
  reconnect?: Reconnect;
  /** A socket without data for this long counts as dead and is opened again. Unset: never. */
  idleTimeoutMs?: number;
  /**
   * The age at which a connection is replaced by another without a gap, at least 5000; for servers that end old ones.
   * Default: as the preset knows; 0 never.
   */
  maxConnectionAgeMs?: number;
  /** How long socket and rows are kept after the last panel leaves. Default 30000. */
  lingerMs?: number;
  /** A longer message is dropped and counted. Default 16777216. */
  maxMessageBytes?: number;
  /**
   * Each connection keeps its newest messages up to this many bytes, for panels that are opened later and queries that
   * are edited. Default 1048576, at most 268435456; 0 keeps none.
   */
  journalBytes?: number;
  /** How long consumers that want one answer (Mixed, query variables) wait for rows. Default 5000. */
  finiteTimeoutMs?: number;
  /** Appended to the address, by name. `${token}` stands for the token, `${options.x}` for an option; also in `subprotocols`. */
  query?: Record<string, string>;
  /** Where the token comes from that `${token}` stands for, and that presets log in with. It is fetched before each connect. */
  token?: TokenSettings;
  /** The protocol that the engine speaks with the server, and queries say in `params` what they want. Default: none. */
  preset?: Preset;
  /** What the data source tells its preset or its own protocol: the `${options.name}` in there. */
  options?: Record<string, unknown>;
}

/**
 * `websocket`; `sse` reads Server-Sent Events, `http` the lines of a response that does not end (NDJSON, CSV, InfluxDB line
 * protocol, text).
 */
export type Transport = 'websocket' | 'sse' | 'http';

/** A token that a server gives out (`proxy`), or that each viewer enters and the browser keeps (`viewer`). */
export interface TokenSettings {
  /** Default `proxy`: requested through Grafana's data source proxy, which adds the secrets that are saved in Grafana. */
  from?: 'proxy' | 'viewer';
  /** `proxy`: where the token is, when that is not below the data source's URL; as seen from Grafana's server. */
  url?: string;
  /** `proxy`: its path below that. May carry a `?query`. */
  path?: string;
  /** `proxy`: how it is requested. Default `GET`. */
  method?: 'GET' | 'POST';
  /** `proxy`, with `POST`: what is sent; JSON, or a form such as `grant_type=client_credentials`. */
  body?: string;
  /** `proxy`: where in the answer the token stands, a JSON Pointer (RFC 6901). Default: it is the answer. */
  pointer?: string;
  /** `proxy`: how long a token may be used for further connections, for example `5m`. Unset: each has its own. */
  ttl?: string;
  /** `viewer`: what viewers call it. Default `token`. */
  label?: string;
}

export interface Reconnect {
  /** First pause before a new attempt. Default 500. */
  minMs?: number;
  /** Longest pause between two attempts. Default 30000. */
  maxMs?: number;
  /** Attempts in a row before giving up. Unset: never gives up. */
  maxAttempts?: number;
}
