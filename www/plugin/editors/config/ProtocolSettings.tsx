import React, { useEffect, useState } from 'react';

import { type ConversationOptions, protocolParts } from '../../conversation';
import { engineHost } from '../../engine';
import type { EngineHost } from '../../engine/host';
import type { OptionError } from '../../engine/types';
import { messageOf } from '../../engine/trap';
import { PROTOCOL_PARTS } from '../../generated';
import { FoldingSection } from '../controls/Section';
import { TextField } from '../controls/TextField';
import type { SettingsProps } from './settings';

const EXAMPLE = `{
  "handshake": [{ "expect": { "$.type": "hello" } }],
  "subscribe": { "send": { "subscribe": "\${params.topic}" } },
  "route": [{ "key": "$.topic", "is": "\${params.topic}" }]
}`;

interface ProtocolSettingsProps extends SettingsProps {
  /** For tests. */
  engine?: Pick<EngineHost, 'ask'>;
}

/** A protocol that is described as JSON, or parts that take the place of a preset's. */
export function ProtocolSettings({ settings, change, disabled, engine = engineHost }: ProtocolSettingsProps) {
  const parts = protocolParts(settings);
  const count = Object.keys(parts).length;
  const text = count === 0 ? undefined : JSON.stringify(parts, null, 2);
  const told = useTold(engine, settings, text);
  const store = (next: string | undefined) => {
    const empty = Object.fromEntries(PROTOCOL_PARTS.map((name) => [name, undefined]));
    change({ ...empty, ...(next === undefined ? {} : (JSON.parse(next) as ConversationOptions)) });
  };
  return (
    <FoldingSection
      title="Protocol description"
      summary={count === 0 ? 'none' : Object.keys(parts).join(', ')}
      startsOpen={count > 0}
    >
      <TextField
        label="Description"
        tooltip="For servers that speak in JSON and are none of the protocols above: what is sent and expected, and which message is for which query. With a protocol chosen above, parts here take the place of its own. docs/protocols.md is the reference."
        multiline
        disabled={disabled}
        value={text}
        placeholder={EXAMPLE}
        problem={(typed) => problemOf(typed) ?? (typed === text ? told : undefined)}
        onCommit={store}
      />
    </FoldingSection>
  );
}

/** What is wrong with a text that is to be a description, as far as that can be told without the engine. */
function problemOf(text: string): string | undefined {
  if (text.trim() === '') {
    return undefined;
  }
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
      return 'Write a JSON object.';
    }
    const unknown = Object.keys(parsed).find((name) => !PROTOCOL_PARTS.some((part) => part === name));
    return unknown === undefined ? undefined : `"${unknown}" is not known here; use ${PROTOCOL_PARTS.join(', ')}.`;
  } catch (error) {
    return `This is no JSON: ${messageOf(error)}`;
  }
}

/** What the engine finds wrong with what is stored. */
function useTold(engine: Pick<EngineHost, 'ask'>, settings: SettingsProps['settings'], text: string | undefined) {
  const [told, setTold] = useState<{ text: string; problem: string }>();
  useEffect(() => {
    let isNewest = true;
    if (text !== undefined) {
      const take = (problem: string | undefined) =>
        isNewest && setTold(problem === undefined ? undefined : { text, problem });
      const told = ({ option, value, problem }: OptionError) =>
        `${option}${value === '' ? '' : ` is "${value}"`}: ${problem}`;
      engine.ask('describe', settings).then(
        ({ errors }) => take(errors.map(told)[0]),
        (error) => take(`The description could not be checked. ${messageOf(error)}`)
      );
    }
    return () => {
      isNewest = false;
    };
  }, [engine, settings, text]);
  return told?.text === text ? told?.problem : undefined;
}
