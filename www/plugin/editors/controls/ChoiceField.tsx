import type { SelectableValue } from '@grafana/data';
import { InlineField, RadioButtonGroup } from '@grafana/ui';
import React from 'react';

import { NARROW, NARROW_GROUP } from './narrow';
import { useOptionProblem } from './optionProblems';
import { LABEL_WIDTH } from './TextField';

interface ChoiceFieldProps<T extends string> {
  label: string;
  tooltip: string;
  options: Array<SelectableValue<T>>;
  value: T;
  onChange: (value: T) => void;
  /** The place in the query of what is chosen here; what the engine finds wrong with it is shown. */
  option?: string;
  disabled?: boolean;
  labelWidth?: number | 'auto';
}

/** One of a few values, all of them in sight. */
export function ChoiceField<T extends string>(props: ChoiceFieldProps<T>) {
  const { label, tooltip, options, value, onChange, option, disabled, labelWidth = LABEL_WIDTH } = props;
  const problem = useOptionProblem(option);
  return (
    <InlineField
      className={NARROW}
      label={label}
      tooltip={tooltip}
      labelWidth={labelWidth}
      disabled={disabled}
      invalid={problem !== undefined}
      error={problem}
    >
      <RadioButtonGroup
        className={NARROW_GROUP}
        aria-label={label}
        options={options}
        value={value}
        onChange={onChange}
        disabled={disabled}
      />
    </InlineField>
  );
}
