import React from 'react';

import { TextField, type TextFieldProps } from './TextField';

interface NumberFieldProps extends Pick<TextFieldProps, 'label' | 'tooltip' | 'option' | 'disabled' | 'labelWidth'> {
  value: number | undefined;
  /** Called with undefined when the field is emptied. */
  onCommit: (value: number | undefined) => void;
  min: number;
  /** Whether the least number is itself too small. */
  aboveMin?: boolean;
  max?: number;
  /** Whether a fraction makes sense. */
  fraction?: boolean;
  /** Shown while the field is empty: what holds then. */
  placeholder: string;
  /** What a number within the bounds may still do wrong. */
  problem?: (value: number) => string | undefined;
}

/** A labelled number. What is not a number, or out of bounds, is shown with a message and changes nothing. */
export function NumberField({ value, onCommit, min, aboveMin, max, fraction, problem, ...rest }: NumberFieldProps) {
  const check = (text: string) =>
    text.trim() === '' ? undefined : (numberProblem(text, { min, aboveMin, max, fraction }) ?? problem?.(Number(text)));
  return (
    <TextField
      {...rest}
      width={24}
      value={value === undefined ? undefined : String(value)}
      problem={check}
      onCommit={(text) => onCommit(text === undefined ? undefined : Number(text))}
    />
  );
}

type Bounds = Pick<NumberFieldProps, 'min' | 'aboveMin' | 'max' | 'fraction'>;

function numberProblem(text: string, bounds: Bounds): string | undefined {
  const { min, aboveMin, max, fraction } = bounds;
  const value = Number(text);
  const range = rangeText(bounds);
  if (!Number.isFinite(value)) {
    return `"${text.trim()}" is not a number. Enter one ${range}.`;
  }
  if (!fraction && !Number.isInteger(value)) {
    return `${value} has a fraction. Enter a whole number ${range}.`;
  }
  if (value < min || (aboveMin && value === min) || (max !== undefined && value > max)) {
    return `${value} is out of bounds. Enter a number ${range}.`;
  }
  return undefined;
}

function rangeText({ min, aboveMin, max }: Bounds): string {
  if (aboveMin) {
    return max === undefined ? `above ${min}` : `above ${min} and up to ${max}`;
  }
  return max === undefined ? `from ${min} up` : `from ${min} to ${max}`;
}
