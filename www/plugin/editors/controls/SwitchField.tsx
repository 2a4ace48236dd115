import { InlineField, InlineSwitch } from '@grafana/ui';
import React from 'react';

import { NARROW } from './narrow';
import { useOptionProblem } from './optionProblems';
import { LABEL_WIDTH } from './TextField';

interface SwitchFieldProps {
  label: string;
  tooltip: string;
  value: boolean;
  /** The place in the query of what is switched here; what the engine finds wrong with it is shown. */
  option?: string;
  onChange: (value: boolean) => void;
  disabled?: boolean;
}

/** Something that is on or off. */
export function SwitchField({ label, tooltip, value, option, onChange, disabled }: SwitchFieldProps) {
  const problem = useOptionProblem(option);
  return (
    <InlineField
      className={NARROW}
      label={label}
      tooltip={tooltip}
      labelWidth={LABEL_WIDTH}
      disabled={disabled}
      invalid={problem !== undefined}
      error={problem}
    >
      <InlineSwitch
        aria-label={label}
        value={value}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    </InlineField>
  );
}
