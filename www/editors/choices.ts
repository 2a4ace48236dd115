import type { SelectableValue } from '@grafana/data';
import type { ComboboxOption } from '@grafana/ui';

import type { Access } from '../address';
import type { FieldKind, FieldRole, Format, TimeFormat } from '../types';

/** What the engine implements so far of each choice in the query model. */

export const FORMATS: Array<SelectableValue<Format>> = [
  { label: 'Auto', value: 'auto', description: 'Looks at the messages' },
  { label: 'JSON', value: 'json', description: 'An object, or an array of rows, in text or UTF-8 binary messages' },
];

export const ROLES: Array<SelectableValue<FieldRole>> = [
  { label: 'Value', value: 'value', description: 'A column' },
  { label: 'Time', value: 'time', description: 'The time of the row, in place of its arrival' },
];

export const KINDS: Array<ComboboxOption<FieldKind>> = [
  { label: 'Auto', value: 'auto', description: 'As it is written in the message' },
  { label: 'Number', value: 'number', description: 'Numbers in quotes too' },
  { label: 'String', value: 'string' },
  { label: 'Boolean', value: 'boolean' },
  { label: 'Time', value: 'time' },
  { label: 'JSON', value: 'json', description: 'Whole objects and arrays' },
];

export const TIME_FORMATS: Array<ComboboxOption<TimeFormat>> = [
  { label: 'Auto', value: 'auto', description: 'By size of the number or shape of the text' },
  { label: 'Seconds', value: 's' },
  { label: 'Milliseconds', value: 'ms' },
  { label: 'Microseconds', value: 'us' },
  { label: 'Nanoseconds', value: 'ns' },
  { label: 'ISO 8601', value: 'iso8601' },
];

export const ACCESS_MODES: Array<SelectableValue<Access>> = [
  { label: 'Browser (direct)', value: 'direct', description: 'The browser connects to the URL itself' },
  { label: 'Server (proxy)', value: 'proxy', description: "Through Grafana's data source proxy" },
];
