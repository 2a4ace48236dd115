import { Stack } from '@grafana/ui';
import React, { type ReactNode } from 'react';

import type { Condition, Operator } from '../../types';
import { OPERATORS, type OperatorChoice } from '../choices';
import { ListEditor } from '../controls/ListEditor';
import { missingPath } from '../problems';
import { SelectField } from '../controls/SelectField';
import { TextField } from '../controls/TextField';

interface ConditionsEditorProps {
  /** The place of the list in the query. */
  option: string;
  conditions: Condition[] | undefined;
  /** What one of them is called: "filter condition". */
  noun: string;
  /** What happens as long as there are none. */
  whenEmpty: string;
  /** What happens when all of them hold, where the title of the section does not say it. */
  caption?: string;
  onChange: (conditions: Condition[] | undefined) => void;
}

/** Tests on values of a message, all of which must hold. */
export function ConditionsEditor(props: ConditionsEditorProps) {
  const { option, conditions, noun, whenEmpty, caption, onChange } = props;
  return (
    <ListEditor<Condition>
      items={conditions}
      noun={noun}
      blank={{ path: '', op: '==' }}
      whenEmpty={whenEmpty}
      caption={caption}
      onChange={onChange}
      row={(condition, position, replace, buttons) => (
        <ConditionRow
          condition={condition}
          option={`${option}[${position - 1}]`}
          name={`${noun} ${position}`}
          onChange={replace}
          buttons={buttons}
        />
      )}
    />
  );
}

interface ConditionRowProps {
  condition: Condition;
  option: string;
  name: string;
  onChange: (condition: Condition) => void;
  buttons: ReactNode;
}

function ConditionRow({ condition, option, name, onChange, buttons }: ConditionRowProps) {
  const { path, op, value } = condition;
  return (
    <div role="group" aria-label={name}>
      <Stack direction="row" gap={0.5} wrap="wrap" alignItems="flex-start">
        <TextField
          label="Path"
          tooltip="JSONPath to the value to test, from the root of the message: $.type, $.data.symbol."
          labelWidth="auto"
          width={22}
          value={path}
          placeholder="$.type"
          option={`${option}.path`}
          isPath
          problem={(text) => missingPath(text, 'condition')}
          onCommit={(next) => onChange({ ...condition, path: next ?? '' })}
        />
        <SelectField<OperatorChoice>
          label="Operator"
          tooltip="How the value is tested. Numbers compare as numbers, also when they are written as text, and ISO 8601 times as times. Contains: a part of a text, an element of a list or a key of an object. Matches: a regular expression, anywhere in the text."
          labelWidth="auto"
          width={14}
          options={OPERATORS}
          option={`${option}.op`}
          value={chosen(condition)}
          onChange={(choice) => onChange(withOperator(condition, choice))}
        />
        {op !== 'exists' && (
          <ValueField
            op={op}
            option={`${option}.value`}
            value={value}
            onChange={(next) => onChange({ ...condition, value: next })}
          />
        )}
        {buttons}
      </Stack>
    </div>
  );
}

interface ValueFieldProps {
  option: string;
  op: Operator;
  value: Condition['value'];
  onChange: (value: string | undefined) => void;
}

function ValueField({ op, option, value, onChange }: ValueFieldProps) {
  return (
    <TextField
      label="Value"
      tooltip="What the value is compared with, without quotes: trade, 21.5, true. Empty: null. Variables are replaced. For a variable with several values choose the operator matches and enter ^${symbol:regex}$, which Grafana turns into ^(btc|eth)$."
      labelWidth="auto"
      width={22}
      value={value === undefined ? undefined : String(value)}
      placeholder={op === 'matches' ? '^(trade|quote)$' : 'trade'}
      option={option}
      onCommit={onChange}
    />
  );
}

function chosen({ op, value }: Condition): OperatorChoice {
  return op === 'exists' && String(value) === 'false' ? 'absent' : op;
}

// The value of `exists` says which way round it is, so the one of another operator must not be taken for it.
function withOperator({ path, op, value }: Condition, choice: OperatorChoice): Condition {
  if (choice === 'exists') {
    return { path, op: 'exists' };
  }
  if (choice === 'absent') {
    return { path, op: 'exists', value: false };
  }
  return op === 'exists' || value === undefined ? { path, op: choice } : { path, op: choice, value };
}
