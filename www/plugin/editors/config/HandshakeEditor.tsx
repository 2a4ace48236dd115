import { Stack, Text } from '@grafana/ui';
import React, { type ReactNode, useState } from 'react';

import type { HandshakeStep } from '../../conversation';
import type { OptionError } from '../../engine/types';
import { ListEditor } from '../controls/ListEditor';
import { NumberField } from '../controls/NumberField';
import { TextField } from '../controls/TextField';
import { messageOf } from '../../engine/trap';

type Steps = HandshakeStep[] | undefined;

interface Props {
  steps: Steps;
  onChange: (steps: Steps) => void;
  /** Has the engine look at steps that are being written and are not stored yet. */
  onDraft: (steps: Steps) => void;
  /** What the engine finds wrong with the steps that it was told of last. */
  error: OptionError | undefined;
  disabled: boolean;
}

/** The handshake as a list of steps: what is sent, what has to come then, and how long that may take. */
export default function HandshakeEditor({ steps, onChange, onDraft, error, disabled }: Props) {
  // What is stored may be anything; the description says what is wrong with it.
  const stored = Array.isArray(steps) ? steps : undefined;
  // Steps that nothing is written in yet are held back: stored, they would be said to be wrong.
  const [written, setWritten] = useState<HandshakeStep[]>();
  const items = written && isSame(filled(written), stored) ? written : stored;
  const store = (next: Steps) => {
    setWritten(next);
    if (!isSame(filled(next), stored)) {
      onChange(filled(next));
    }
  };
  const wrong = Number(/^handshake\[(\d+)\]/.exec(error?.option ?? '')?.[1] ?? -1);
  const isWrong = (at: number) => items?.filter(isFilled).indexOf(items[at]) === wrong;
  const withStep = (at: number, next: HandshakeStep) => filled(items?.map((old, i) => (i === at ? next : old)));
  return (
    // A disabled group takes the buttons of the list along.
    <fieldset disabled={disabled} aria-label="Handshake">
      <ListEditor<HandshakeStep>
        items={items}
        noun="step"
        wide
        blank={{}}
        whenEmpty="No handshake steps: subscribe as soon as the connection is open, or as the protocol chosen above does."
        caption="Handshake, step by step. ${token}, ${options.name} and ${now} are filled in."
        onChange={store}
        row={(item, position, replace, buttons) => (
          <StepRow
            step={item}
            position={position}
            buttons={buttons}
            onChange={replace}
            onDraft={(draft) => onDraft(withStep(position - 1, draft))}
            error={error && isWrong(position - 1) ? error : undefined}
            disabled={disabled}
          />
        )}
      />
    </fieldset>
  );
}

const isFilled = (step: HandshakeStep) => Object.keys(step).length > 0;

function filled(steps: Steps): Steps {
  const all = steps?.filter(isFilled);
  return all?.length === 0 ? undefined : all;
}

const isSame = (one: Steps, other: Steps) => JSON.stringify(one) === JSON.stringify(other);

interface StepProps {
  step: HandshakeStep;
  position: number;
  buttons: ReactNode;
  onChange: (step: HandshakeStep) => void;
  onDraft: (step: HandshakeStep) => void;
  error: OptionError | undefined;
  disabled: boolean;
}

const SHOWN = ['send', 'expect', 'timeoutMs'];

function StepRow({ step, position, buttons, onChange, onDraft, error, disabled }: StepProps) {
  const part = (name: 'send' | 'expect', text: string | undefined): HandshakeStep => {
    const { [name]: _, ...rest } = step;
    return text === undefined || text.trim() === '' ? rest : { ...rest, [name]: valueOf(name, text) };
  };
  const field = (name: 'send' | 'expect') => ({
    multiline: true,
    disabled,
    value: textOf(step[name]),
    onType: (text: string) => jsonProblem(name, text) === undefined && onDraft(part(name, text)),
    problem: (text: string) => jsonProblem(name, text),
    onCommit: (text: string | undefined) => onChange(part(name, text)),
  });
  // What is wrong with a message or a condition is told below it, all else at the end.
  const place = ['send', 'expect'].find((name) => error?.option.split(/[.[\]]+/)[2] === name);
  const told = error && <Problem position={position} error={error} />;
  const others = Object.keys(step).filter((name) => !SHOWN.includes(name));
  return (
    <div role="group" aria-label={`Step ${position}`}>
      <Stack direction="column" gap={0.5}>
        <Stack direction="row" gap={1} alignItems="center">
          <Text variant="bodySmall" weight="medium">
            {`Step ${position}`}
          </Text>
          {buttons}
        </Stack>
        <TextField
          {...field('send')}
          label="Send"
          tooltip="What is sent: JSON, or a text as it is. Empty: nothing, the server speaks first."
          placeholder={'{ "type": "auth", "token": "${token}" }'}
        />
        {place === 'send' && told}
        <TextField
          {...field('expect')}
          label="Expect"
          tooltip='What must arrive next, as JSON: paths and their values, such as { "$.type": "hello" } or { "$.id": { "exists": true } }. A list of these: any one of them. Empty: no answer is expected.'
          placeholder='{ "$.type": "hello" }'
        />
        {place === 'expect' && told}
        <NumberField
          label="Time-out (ms)"
          tooltip="How long the answer may take."
          min={1}
          placeholder="10000"
          disabled={disabled}
          value={step.timeoutMs}
          onCommit={(timeoutMs) => {
            const { timeoutMs: _, ...rest } = step;
            onChange(timeoutMs === undefined ? rest : { ...rest, timeoutMs });
          }}
        />
        {others.length > 0 && (
          <Text color="secondary" variant="bodySmall">
            {`This step also has ${others.join(' and ')}, which the description below shows.`}
          </Text>
        )}
        {place === undefined && told}
      </Stack>
    </div>
  );
}

/** What the engine says of what is being written. */
function Problem({ position, error: { value, problem } }: { position: number; error: OptionError }) {
  return (
    <div role="alert">
      <Text color="error" variant="bodySmall">
        {`Step ${position}: ${value === '' ? '' : `"${value}": `}${problem}`}
      </Text>
    </div>
  );
}

const looksLikeJson = (text: string) => /^\s*[{["]/.test(text);

/** A message is a text or JSON, a condition is JSON. */
function valueOf(name: 'send' | 'expect', text: string) {
  return name === 'expect' || looksLikeJson(text) ? JSON.parse(text) : text;
}

function textOf(value: unknown): string | undefined {
  if (value === undefined) {
    return undefined;
  }
  // A text that would be read as JSON keeps its quotes.
  return typeof value === 'string' && !looksLikeJson(value)
    ? value
    : JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ');
}

function jsonProblem(name: 'send' | 'expect', text: string): string | undefined {
  if (text.trim() === '') {
    return undefined;
  }
  try {
    valueOf(name, text);
    return undefined;
  } catch (error) {
    return `This is not valid JSON: ${messageOf(error)}`;
  }
}
