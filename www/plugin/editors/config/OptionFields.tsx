import React from 'react';

import { PRESETS } from '../../generated';
import { asText } from '../problems';
import type { SettingsProps } from './settings';
import { TextField } from '../controls/TextField';

/** What the data source tells its preset, and what it tells none although it is stored. */
export function OptionFields({ settings, change, disabled }: SettingsProps) {
  const preset = PRESETS.find(({ name }) => name === settings.preset);
  if (preset === undefined) {
    // A described protocol has options of any name: those stand in its JSON.
    return null;
  }
  const known: ReadonlyArray<{ name: string; title: string; isRequired: boolean; unset: string }> = preset.options;
  const others = Object.keys(settings.options ?? {}).filter((name) => known.every((option) => option.name !== name));
  const unused = others.map((name) => ({ name, title: name, isRequired: false, unset: 'none' }));
  const store = (name: string, value: string | undefined) => {
    const { [name]: _, ...rest } = settings.options ?? {};
    const next = value === undefined ? rest : { ...rest, [name]: value };
    change({ options: Object.keys(next).length === 0 ? undefined : next });
  };
  return [...known, ...unused].map(({ name, title, isRequired, unset }) => (
    <TextField
      key={name}
      label={title}
      tooltip={`Sent to the server by the ${preset.title} protocol. Every viewer can read it.`}
      required={isRequired}
      disabled={disabled}
      value={asText(settings.options?.[name])}
      placeholder={unset}
      onCommit={(value) => store(name, value)}
    />
  ));
}
