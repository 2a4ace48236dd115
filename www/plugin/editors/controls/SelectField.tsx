import { Combobox, type ComboboxOption, InlineField } from '@grafana/ui';
import React, { useId } from 'react';

import { NARROW } from './narrow';
import { useOptionProblem } from './optionProblems';
import { LABEL_WIDTH } from './TextField';

interface SelectFieldProps<T extends string> {
  label: string;
  tooltip: string;
  options: Array<ComboboxOption<T>>;
  value: T;
  onChange: (value: T) => void;
  width: number;
  disabled?: boolean;
  labelWidth?: number | 'auto';
  /** What a text is that stands in no option. Without it only the options can be chosen. */
  custom?: string;
  /** The place in the query of what is chosen here; what the engine finds wrong with it is shown. */
  option?: string;
}

/** One of many values, in a list that opens. */
export function SelectField<T extends string>(props: SelectFieldProps<T>) {
  const { label, tooltip, options, value, onChange, width, disabled, labelWidth = LABEL_WIDTH, custom, option } = props;
  const id = useId();
  const problem = useOptionProblem(option);
  return (
    <InlineField
      className={NARROW}
      label={label}
      tooltip={tooltip}
      labelWidth={labelWidth}
      htmlFor={id}
      disabled={disabled}
      invalid={problem !== undefined}
      error={problem}
    >
      <Combobox<T>
        id={id}
        width={width}
        options={options}
        value={value}
        disabled={disabled}
        createCustomValue={custom !== undefined}
        customValueDescription={custom}
        invalid={problem !== undefined}
        onChange={(chosen) => onChange(chosen.value)}
      />
    </InlineField>
  );
}
