import React, { useEffect, useState } from 'react';

import { type ConversationOptions, protocolParts } from '../../conversation';
import { engineHost } from '../../engine';
import type { EngineHost } from '../../engine/host';
import type { OptionError } from '../../engine/types';
import { messageOf } from '../../engine/trap';
import { PROTOCOL_PARTS } from '../../generated';
import { lazily } from '../controls/lazily';
import { FoldingSection } from '../controls/Section';
import { TextField } from '../controls/TextField';
import type { SettingsProps } from './settings';

// Only those who describe a protocol need it.
const HandshakeEditor = lazily(async () => (await import('./HandshakeEditor')).default);

/** How long a description has to stay the same before it is checked, in milliseconds. */
const QUIET_MS = 200;

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
  // What is being written and not stored yet is checked in the place of what is stored.
  const [draft, setDraft] = useState<{ settings: SettingsProps['settings']; of: SettingsProps['settings'] }>();
  const checked = draft?.of === settings ? draft.settings : settings;
  const error = useFault(engine, describedIn(checked), count > 0);
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
      <HandshakeEditor
        steps={settings.handshake}
        onChange={(handshake) => change({ handshake })}
        onDraft={(handshake) => setDraft({ settings: { ...settings, handshake }, of: settings })}
        error={isFault(error) ? error : undefined}
        disabled={disabled}
      />
      <TextField
        label="Description"
        tooltip="For servers that speak JSON but none of the protocols above: what is sent and expected, and which message is for which query. With a protocol chosen above, the parts given here replace its own. The page Protocols of the documentation is the reference."
        multiline
        disabled={disabled}
        value={text}
        placeholder={EXAMPLE}
        problem={(typed) => problemOf(typed) ?? (typed === text && checked === settings ? toldOf(error) : undefined)}
        onType={(typed) => setDraft(draftOf(typed, settings))}
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
    return `This is not valid JSON: ${messageOf(error)}`;
  }
}

/** A description that is being written, with the settings that it belongs to; undefined as long as it is no JSON. */
function draftOf(text: string, settings: SettingsProps['settings']) {
  if (problemOf(text) !== undefined) {
    return undefined;
  }
  const parts = text.trim() === '' ? {} : (JSON.parse(text) as ConversationOptions);
  const others = Object.entries(settings).filter(([name]) => !PROTOCOL_PARTS.some((part) => part === name));
  return { settings: { ...Object.fromEntries(others), ...parts }, of: settings };
}

/**
 * What a description goes with. What is wrong elsewhere on the page is not its fault, and would be told in the place of
 * what is wrong here.
 */
function describedIn({ preset, options, token, ...settings }: SettingsProps['settings']) {
  return { preset, options, ...(token && { token: { from: 'viewer' as const } }), ...protocolParts(settings) };
}

/** A fault, or why nobody knows of any. */
type Told = OptionError | { failure: string };

const isFault = (told: Told | undefined): told is OptionError => told !== undefined && !('failure' in told);

function toldOf(told: Told | undefined): string | undefined {
  if (!isFault(told)) {
    return told?.failure;
  }
  if (told.option.startsWith('handshake[')) {
    // It is told at its step.
    return undefined;
  }
  return `${told.option}${told.value === '' ? '' : ` is "${told.value}"`}: ${told.problem}`;
}

/** The first thing that the engine finds wrong with settings. */
function useFault(engine: Pick<EngineHost, 'ask'>, settings: SettingsProps['settings'], isWanted: boolean) {
  const [told, setTold] = useState<{ of: string; told: Told | undefined }>();
  const text = JSON.stringify(settings);
  useEffect(() => {
    let isNewest = isWanted;
    const take = (found: Told | undefined) => isNewest && setTold({ of: text, told: found });
    const check = () => {
      engine.ask('describe', JSON.parse(text)).then(
        ({ errors }) => take(errors[0]),
        (error) => take({ failure: `The description could not be checked. ${messageOf(error)}` })
      );
    };
    const timer = isWanted ? setTimeout(check, QUIET_MS) : undefined;
    return () => {
      isNewest = false;
      clearTimeout(timer);
    };
  }, [engine, text, isWanted]);
  return told?.of === text ? told.told : undefined;
}
