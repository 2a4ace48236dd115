import { Combobox, IconButton, InlineField, Stack, UnitPicker } from '@grafana/ui';
import React, { useId } from 'react';

import type { FieldKind, FieldSelector, TimeFormat } from '../types';
import { ChoiceField } from './ChoiceField';
import { KINDS, ROLES, TIME_FORMATS } from './choices';
import { jsonPathProblem } from './problems';
import { TextField } from './TextField';

interface FieldRowProps {
  field: FieldSelector;
  /** Counted from 1, to tell the rows apart when they are read out. */
  position: number;
  onChange: (field: FieldSelector) => void;
  onRemove: () => void;
  onMoveUp?: () => void;
}

/** One field to read. */
export function FieldRow({ field, position, onChange, onRemove, onMoveUp }: FieldRowProps) {
  const isTime = field.role === 'time' || field.type === 'time';
  return (
    <div role="group" aria-label={`Field ${position}`}>
      <Stack direction="row" gap={0.5} wrap="wrap" alignItems="flex-start">
        <TextField
          label="Path"
          tooltip="JSONPath to the value in a message, from its root: $.data.price, $['odd key'], $[0], $.items[*].value. A wildcard makes one row per match."
          labelWidth="auto"
          width={24}
          value={field.path}
          placeholder="$.value"
          problem={jsonPathProblem}
          onCommit={(path) => onChange({ ...field, path: path ?? '' })}
        />
        <TextField
          label="Name"
          tooltip="Name of the column. Empty: the last name in the path."
          labelWidth="auto"
          width={16}
          value={field.name}
          placeholder="from path"
          onCommit={(name) => onChange({ ...field, name })}
        />
        <ChoiceField
          label="Role"
          tooltip="Time: when the row happened. Without a time field, rows carry the time of their arrival."
          labelWidth="auto"
          options={ROLES}
          value={field.role ?? 'value'}
          onChange={(role) => onChange({ ...field, role })}
        />
        {field.role !== 'time' && <KindField value={field.type} onChange={(type) => onChange({ ...field, type })} />}
        {isTime && (
          <TimeFormatField value={field.timeFormat} onChange={(timeFormat) => onChange({ ...field, timeFormat })} />
        )}
        {!isTime && <UnitField value={field.unit} onChange={(unit) => onChange({ ...field, unit })} />}
        <Stack direction="row" gap={0.5} height={4} alignItems="center">
          {onMoveUp && <IconButton name="arrow-up" tooltip={`Move field ${position} up`} onClick={onMoveUp} />}
          <IconButton name="trash-alt" tooltip={`Remove field ${position}`} onClick={onRemove} />
        </Stack>
      </Stack>
    </div>
  );
}

interface PartProps<T> {
  value: T | undefined;
  onChange: (value: T | undefined) => void;
}

function KindField({ value, onChange }: PartProps<FieldKind>) {
  const id = useId();
  return (
    <InlineField
      label="Type"
      tooltip="What the values are made into. Number also takes numbers written as text."
      htmlFor={id}
    >
      <Combobox id={id} width={14} options={KINDS} value={value ?? 'auto'} onChange={(kind) => onChange(kind.value)} />
    </InlineField>
  );
}

function TimeFormatField({ value, onChange }: PartProps<TimeFormat>) {
  const id = useId();
  return (
    <InlineField
      label="Time format"
      tooltip="How the time is written in the message. Auto tells seconds to nanoseconds and ISO 8601 apart."
      htmlFor={id}
    >
      <Combobox<string>
        id={id}
        width={16}
        options={TIME_FORMATS}
        value={value ?? 'auto'}
        onChange={(format) => onChange(format.value)}
      />
    </InlineField>
  );
}

function UnitField({ value, onChange }: PartProps<string>) {
  const id = useId();
  return (
    <InlineField label="Unit" tooltip="Unit in which panels show the value, unless they name their own." htmlFor={id}>
      <UnitPicker id={id} width={18} value={value} onChange={onChange} />
    </InlineField>
  );
}
