import type { SelectableValue } from '@grafana/data';
import type { ComboboxOption } from '@grafana/ui';

import type { Access } from '../address';
import { FORMATS as ENGINE_FORMATS, PRESETS as ENGINE_PRESETS, PROTOCOL_FORMATS } from '../generated';
import type {
  DataFormat,
  FieldKind,
  FieldRole,
  Format,
  Operator,
  Preset,
  Reducer,
  StreamQuery,
  TimeFormat,
  TokenSettings,
  Transport,
} from '../types';

/** The choices of the query model and of the settings, as people read them. */

const FORMAT_DESCRIPTIONS: Record<Format, string> = {
  auto: 'Detects the format from the messages',
  json: 'An object, or an array of rows',
  ndjson: 'A JSON value on each line',
  csv: 'Lines of separated values',
  msgpack: 'Binary messages',
  cbor: 'Binary messages, RFC 8949',
  influx: '$.measurement, $.tags, $.fields, $.timestamp',
  logfmt: 'Lines of key=value',
  text: 'Each line is a value: $',
  nats: 'Client protocol: $.subject, $.payload',
  socketio: 'Events: $[0] is the name, $[1] the data',
};

function formatChoice<T extends Format>({ name, title }: { name: T; title: string }): ComboboxOption<T> {
  return { label: title, value: name, description: FORMAT_DESCRIPTIONS[name] };
}

/** How data may be written. */
export const DATA_FORMATS: Array<ComboboxOption<DataFormat>> = [
  formatChoice({ name: 'auto', title: 'Auto' }),
  ...ENGINE_FORMATS.map(formatChoice<DataFormat>),
];

/** How messages may be written: as data, or in a protocol that carries data. */
export const FORMATS: Array<ComboboxOption<Format>> = [...DATA_FORMATS, ...PROTOCOL_FORMATS.map(formatChoice<Format>)];

export const HEADERS: Array<SelectableValue<'auto' | 'yes' | 'no'>> = [
  { label: 'Auto', value: 'auto' },
  { label: 'Yes', value: 'yes' },
  { label: 'No', value: 'no' },
];

export const AFTER_RECONNECT: Array<SelectableValue<'auto' | 'drop' | 'keep'>> = [
  { label: 'Auto', value: 'auto' },
  { label: 'Drop', value: 'drop' },
  { label: 'Keep', value: 'keep' },
];

export const SEPARATORS: Array<ComboboxOption<string>> = [
  { label: 'Auto', value: 'auto' },
  { label: 'Comma', value: ',' },
  { label: 'Semicolon', value: ';' },
  { label: 'Tab', value: '\t' },
  { label: 'Bar |', value: '|' },
];

export const ROLES: Array<SelectableValue<FieldRole>> = [
  { label: 'Value', value: 'value', description: 'A column' },
  { label: 'Time', value: 'time', description: 'The time of the row, instead of its arrival time' },
  { label: 'Label', value: 'label', description: 'Splits the rows into series' },
  { label: 'ID', value: 'id', description: 'Identifies a row, so that it is kept once' },
];

/** `absent` is how the editor writes `exists` with the value false. */
export type OperatorChoice = Operator | 'absent';

export const OPERATORS: Array<ComboboxOption<OperatorChoice>> = [
  { label: '==', value: '==', description: 'Equal' },
  { label: '!=', value: '!=', description: 'Not equal, null or missing' },
  { label: '<', value: '<' },
  { label: '<=', value: '<=' },
  { label: '>', value: '>' },
  { label: '>=', value: '>=' },
  { label: 'exists', value: 'exists', description: 'The message contains it' },
  { label: 'is absent', value: 'absent', description: 'The message does not contain it' },
  { label: 'contains', value: 'contains', description: 'Part of a text, element of a list, key of an object' },
  { label: 'matches', value: 'matches', description: 'A regular expression' },
  { label: 'does not match', value: '!matches', description: 'A regular expression; null and missing do not match' },
];

export const MODES: Array<SelectableValue<NonNullable<StreamQuery['mode']>>> = [
  { label: 'All', value: 'append', description: 'Every row is kept' },
  { label: 'One per key', value: 'upsert', description: 'A row replaces the one with the same key' },
];

export const REDUCERS: Array<ComboboxOption<Reducer>> = [
  { label: 'Last', value: 'last' },
  { label: 'First', value: 'first' },
  { label: 'Min', value: 'min' },
  { label: 'Max', value: 'max' },
  { label: 'Mean', value: 'mean' },
  { label: 'Sum', value: 'sum' },
  { label: 'Count', value: 'count', description: 'The number of rows' },
  { label: 'OHLC', value: 'ohlc', description: 'Open, high, low and close' },
];

/** How a query is edited. */
export const EDITOR_MODES: Array<SelectableValue<NonNullable<StreamQuery['editorMode']>>> = [
  { label: 'Builder', value: 'builder', description: 'With a control for each option' },
  { label: 'JSON', value: 'code', description: 'As the text that is stored' },
];

export const VIEWS: Array<SelectableValue<NonNullable<StreamQuery['view']>>> = [
  { label: 'Time series', value: 'timeseries', description: 'One series per set of labels' },
  { label: 'Table', value: 'table', description: 'One table, labels in columns' },
  { label: 'Logs', value: 'logs', description: 'Lines for the Logs panel and for Explore' },
];

export const KINDS: Array<ComboboxOption<FieldKind>> = [
  { label: 'Auto', value: 'auto', description: 'As it is written in the message' },
  { label: 'Number', value: 'number', description: 'Also numbers in quotes' },
  { label: 'String', value: 'string' },
  { label: 'Boolean', value: 'boolean' },
  { label: 'Time', value: 'time' },
  { label: 'JSON', value: 'json', description: 'Whole objects and arrays' },
];

export const TIME_FORMATS: Array<ComboboxOption<TimeFormat>> = [
  { label: 'Auto', value: 'auto', description: 'Detected from the value' },
  { label: 'Seconds', value: 's' },
  { label: 'Milliseconds', value: 'ms' },
  { label: 'Microseconds', value: 'us' },
  { label: 'Nanoseconds', value: 'ns' },
  { label: 'ISO 8601', value: 'iso8601', description: '2025-12-31T23:59:01Z' },
  { label: 'RFC 2822', value: 'rfc2822', description: 'Wed, 31 Dec 2025 23:59:01 +0000' },
];

export const ACCESS_MODES: Array<SelectableValue<Access>> = [
  { label: 'Browser (direct)', value: 'direct', description: 'The browser connects to the URL itself' },
  { label: 'Server (proxy)', value: 'proxy', description: "Through Grafana's data source proxy" },
];

export const TRANSPORTS: Array<SelectableValue<Transport>> = [
  { label: 'WebSocket', value: 'websocket', description: 'Messages both ways' },
  { label: 'Server-Sent Events', value: 'sse', description: 'An HTTP response of the type text/event-stream' },
  {
    label: 'Streamed HTTP',
    value: 'http',
    description: 'The lines of an HTTP response that does not end: NDJSON, CSV, InfluxDB line protocol, text',
  },
];

/** Where a token comes from; an empty name is nowhere. */
export type TokenFrom = NonNullable<TokenSettings['from']> | '';

export const TOKEN_SOURCES: Array<SelectableValue<TokenFrom>> = [
  { label: 'No token', value: '', description: 'The server needs none, or Grafana adds it through the proxy' },
  { label: 'Fetched', value: 'proxy', description: 'A short-lived one, requested through Grafana for each connection' },
  {
    label: "Each viewer's own",
    value: 'viewer',
    description: "Entered in the query editor, kept in the viewer's browser",
  },
];

/** Stands for no protocol in the list of them. */
export const NO_PRESET = 'none';

/** The protocols that the engine speaks, by title. */
export const PRESETS: Array<ComboboxOption<Preset | typeof NO_PRESET>> = [
  { label: 'None', value: NO_PRESET, description: 'Messages are read as they come; queries say what is sent' },
  ...ENGINE_PRESETS.map(({ name, title }) => ({ label: title, value: name })).sort((a, b) =>
    a.label.localeCompare(b.label, 'en')
  ),
];
