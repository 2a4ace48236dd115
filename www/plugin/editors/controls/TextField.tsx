import { Button, InlineField, Input, Text, TextArea } from '@grafana/ui';
import React, { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';

import { NARROW } from './narrow';
import { useOptionProblem } from './optionProblems';
import { useSeenPath } from './seenPaths';

export const LABEL_WIDTH = 24;

export interface TextFieldProps {
  label: string;
  tooltip: string;
  value: string | undefined;
  /** Called when the user leaves the field or presses Enter, with undefined for a blank. Never called for no change. */
  onCommit: (value: string | undefined) => void;
  /** Called with every key. */
  onType?: (text: string) => void;
  /** The place in the query of what is edited here; what the engine finds wrong with what is stored there is shown. */
  option?: string;
  /** The text is a path, which is completed from what was seen of the feed. */
  isPath?: boolean;
  /** What is wrong with a text that cannot even be stored; such a text is shown with this message. */
  problem?: (text: string) => string | undefined;
  /** Hand on a text although something is wrong with it. Otherwise what is stored stays, until the field is emptied. */
  commitsInvalid?: boolean;
  placeholder?: string;
  multiline?: boolean;
  disabled?: boolean;
  required?: boolean;
  labelWidth?: number | 'auto';
  width?: number;
}

/** A labelled text that takes effect when it is finished, so that no query runs on half a word. */
export function TextField(props: TextFieldProps) {
  const { label, tooltip, placeholder, multiline, disabled, required, labelWidth = LABEL_WIDTH, width } = props;
  const id = useId();
  const { text, problem, type, commit } = useDraft(props);
  const { list, unmet, refresh } = useSeenPath(props.isPath ? props.option : undefined);
  // What was said of a path is about the one that was looked for.
  const nowhere = unmet?.path === text ? unmet : undefined;
  const control = {
    id,
    placeholder,
    disabled,
    value: text,
    invalid: problem !== undefined,
    onBlur: commit,
    spellCheck: false,
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (!multiline || event.ctrlKey || event.metaKey)) {
      commit();
    }
  };
  const field = (
    <InlineField
      className={NARROW}
      label={label}
      tooltip={tooltip}
      labelWidth={labelWidth}
      htmlFor={id}
      required={required}
      disabled={disabled}
      invalid={problem !== undefined}
      error={problem}
      grow={width === undefined}
    >
      {multiline ? (
        <TextArea
          {...control}
          rows={Math.min(8, Math.max(1, text.split('\n').length))}
          onChange={(event) => type(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
      ) : (
        <Input
          {...control}
          list={list}
          onFocus={refresh}
          width={width}
          onChange={(event) => type(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
      )}
    </InlineField>
  );
  if (!nowhere) {
    return field;
  }
  const { nearest } = nowhere;
  return (
    <div>
      {field}
      <Text color="secondary" variant="bodySmall">
        Not found in any message so far.{' '}
        {nearest && (
          <Button type="button" size="sm" fill="text" onClick={() => props.onCommit(nearest)}>
            Use {nearest}
          </Button>
        )}
      </Text>
    </div>
  );
}

/** What stands in the field, which is the stored value only while nobody types. */
function useDraft({ value, onCommit, onType, option, problem, commitsInvalid }: TextFieldProps) {
  const told = useOptionProblem(option);
  const [text, setText] = useState(value ?? '');
  const [shown, setShown] = useState(value);
  // A message that comes up while somebody is still typing disturbs more than it helps.
  const [finished, setFinished] = useState((value ?? '') !== '');
  const [typing, setTyping] = useState(false);
  // A text that is finished but could not be stored.
  const waiting = useRef<string>(undefined);
  if (value !== shown) {
    setShown(value);
    setText(value ?? '');
    setFinished(true);
    setTyping(false);
  }
  const found = problem?.(text);
  const next = text.trim() === '' ? undefined : text;
  const differs = next !== (value === '' ? undefined : value);
  // An emptied field takes away what was stored, whatever is wrong with having nothing.
  const storable = found === undefined || commitsInvalid === true || next === undefined;
  const commit = () => {
    setFinished(true);
    setTyping(false);
    waiting.current = storable ? undefined : next;
    if (differs && storable) {
      onCommit(next);
    }
  };
  // What is right may depend on another field, and what is shown without a message has to be what is stored.
  useEffect(() => {
    if (differs && storable && waiting.current === text) {
      waiting.current = undefined;
      onCommit(text);
    }
  }, [differs, storable, text, onCommit]);
  const type = (typed: string) => {
    setText(typed);
    setFinished(false);
    setTyping(true);
    waiting.current = undefined;
    onType?.(typed);
  };
  const unsaved = differs && !storable ? `${/[.!?]$/.test(found ?? '') ? '' : '.'} Not saved.` : '';
  // What the engine says of what is stored holds from the beginning, also of an empty field.
  const saved = differs || typing ? undefined : told;
  return { text, problem: found === undefined ? saved : finished ? found + unsaved : undefined, type, commit };
}
