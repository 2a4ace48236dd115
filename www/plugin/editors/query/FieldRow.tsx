import { InlineField, Stack, UnitPicker } from '@grafana/ui';
import React, { type ReactNode, useId } from 'react';

import type { FieldKind, FieldSelector, TimeFormat } from '../../types';
import { ChoiceField } from '../controls/ChoiceField';
import { KINDS, ROLES, TIME_FORMATS } from '../choices';
import { NARROW } from '../controls/narrow';
import { missingPath } from '../problems';
import { SelectField } from '../controls/SelectField';
import { TextField, type TextFieldProps } from '../controls/TextField';

interface FieldRowProps {
  field: FieldSelector;
  /** The place of the field in the query. */
  option: string;
  /** Counted from 1, to tell the rows apart when they are read out. */
  position: number;
  onChange: (field: FieldSelector) => void;
  /** What moves and removes the row. */
  buttons: ReactNode;
}

/** One field to read. */
export function FieldRow({ field, option, position, onChange, buttons }: FieldRowProps) {
  const role = field.role ?? 'value';
  const change = (part: Partial<FieldSelector>) => onChange({ ...field, ...part });
  return (
    <div role="group" aria-label={`Field ${position}`}>
      <Stack direction="row" gap={0.5} wrap="wrap" alignItems="flex-start">
        <TextField
          label="Path"
          tooltip="JSONPath to the value in a message, from its root: $.data.price, $['odd key'], $[0], $.items[*].value. A wildcard makes one row per match, and $.*~ is the name of each member."
          labelWidth="auto"
          width={24}
          value={field.path}
          placeholder="$.value"
          option={`${option}.path`}
          isPath
          problem={(text) => missingPath(text, 'field')}
          onCommit={(path) => change({ path: path ?? '' })}
        />
        <TextField
          label="Name"
          tooltip="Name of the column. Empty: the last name in the path."
          labelWidth="auto"
          width={16}
          value={field.name}
          placeholder="from path"
          option={`${option}.name`}
          onCommit={(name) => change({ name })}
        />
        <ChoiceField
          label="Role"
          tooltip="Value: a column. Time: when the row happened; without one, rows get the time of their arrival. Several times are joined: a date and a clock time, or seconds and microseconds. Label: splits the rows into series, for example $.device gives one line per device. ID: identifies a row, so that one that is delivered twice is kept once, for example $.trade_id."
          labelWidth="auto"
          options={ROLES}
          option={`${option}.role`}
          value={role}
          onChange={(next) => change({ role: next })}
        />
        <RoleFields field={field} option={option} change={change} />
        {buttons}
      </Stack>
    </div>
  );
}

interface RoleFieldsProps {
  field: FieldSelector;
  option: string;
  change: (part: Partial<FieldSelector>) => void;
}

// Labels and IDs are taken as they are written, so they have nothing but a pattern.
function RoleFields({ field, option, change }: RoleFieldsProps) {
  const role = field.role ?? 'value';
  const isTime = role === 'time' || (role === 'value' && field.type === 'time');
  return (
    <>
      <PatternField option={`${option}.pattern`} value={field.pattern} onChange={(pattern) => change({ pattern })} />
      {role === 'value' && (
        <KindField option={`${option}.type`} value={field.type} onChange={(type) => change({ type })} />
      )}
      {isTime && (
        <TimeFormatField
          option={`${option}.timeFormat`}
          value={field.timeFormat}
          onChange={(timeFormat) => change({ timeFormat })}
        />
      )}
      {isTime && (
        <TimeZoneField
          option={`${option}.timeZone`}
          value={field.timeZone}
          onChange={(timeZone) => change({ timeZone })}
        />
      )}
      {role === 'value' && !isTime && <UnitField value={field.unit} onChange={(unit) => change({ unit })} />}
    </>
  );
}

interface ValueProps<T> {
  option: string;
  value: T | undefined;
  onChange: (value: T | undefined) => void;
}

function KindField({ option, value, onChange }: ValueProps<FieldKind>) {
  return (
    <SelectField
      label="Type"
      tooltip="What the values are converted to. Number also accepts numbers written as text."
      labelWidth="auto"
      width={14}
      options={KINDS}
      option={option}
      value={value ?? 'auto'}
      onChange={onChange}
    />
  );
}

function TimeFormatField({ option, value, onChange }: ValueProps<TimeFormat>) {
  return (
    <SelectField<string>
      label="Time format"
      tooltip="How the time is written in the message. Auto recognizes seconds to nanoseconds, ISO 8601 and RFC 2822. For anything else, enter a strftime pattern: 31.12.2025 23:59:01 is %d.%m.%Y %H:%M:%S. A pattern without a date, such as %H:%M:%S, is a time of today."
      labelWidth="auto"
      width={24}
      options={TIME_FORMATS}
      custom="As a strftime pattern"
      value={value ?? 'auto'}
      option={option}
      onChange={onChange}
    />
  );
}

type RowTextProps = ValueProps<string> & Pick<TextFieldProps, 'label' | 'tooltip' | 'width' | 'placeholder'>;

/** A text of a field, with its label close to it. */
function RowText({ onChange, ...field }: RowTextProps) {
  return <TextField {...field} labelWidth="auto" onCommit={onChange} />;
}

function TimeZoneField(props: ValueProps<string>) {
  return (
    <RowText
      {...props}
      label="Time zone"
      tooltip="The zone of times that are written without one, such as 2025-12-31 23:59:01: a name such as Europe/Berlin, an offset such as +02:00, UTC, or browser for the zone of whoever looks at the panel. Empty: UTC, and a notice says so."
      width={20}
      placeholder="UTC"
    />
  );
}

function PatternField(props: ValueProps<string>) {
  return (
    <RowText
      {...props}
      label="Pattern"
      tooltip="A regular expression for the part of a text that is the value: what its first group matches. ([0-9.,]+) takes 47.9 from 47.9 °C; with the type Number, 1,234.5 and 47,9 are numbers, too. Empty: all of it."
      width={18}
      placeholder="all of it"
    />
  );
}

function UnitField({ value, onChange }: Omit<ValueProps<string>, 'option'>) {
  const id = useId();
  return (
    <InlineField
      className={NARROW}
      label="Unit"
      tooltip="Unit in which panels show the value, unless they set their own."
      htmlFor={id}
    >
      <UnitPicker id={id} width={18} value={value} onChange={onChange} />
    </InlineField>
  );
}
