import type { SelectableValue } from '@grafana/data';
import { InlineField, RadioButtonGroup } from '@grafana/ui';
import React from 'react';

import { LABEL_WIDTH } from './TextField';

interface ChoiceFieldProps<T extends string> {
  label: string;
  tooltip: string;
  options: Array<SelectableValue<T>>;
  value: T;
  onChange: (value: T) => void;
  disabled?: boolean;
  labelWidth?: number | 'auto';
}

/** One of a few values, all of them in sight. */
export function ChoiceField<T extends string>(props: ChoiceFieldProps<T>) {
  const { label, tooltip, options, value, onChange, disabled, labelWidth = LABEL_WIDTH } = props;
  return (
    <InlineField label={label} tooltip={tooltip} labelWidth={labelWidth} disabled={disabled}>
      <RadioButtonGroup aria-label={label} options={options} value={value} onChange={onChange} disabled={disabled} />
    </InlineField>
  );
}
