import React from 'react';

import { settingDefaults } from '../../defaults';
import { NumberField } from '../controls/NumberField';
import { Section } from '../controls/Section';
import type { SettingsProps } from './settings';

/** How long things are kept, waited for, and how large they may be. */
export function LimitSettings({ settings, change, disabled }: SettingsProps) {
  return (
    <Section title="Limits">
      <NumberField
        label="Linger (ms)"
        tooltip="How long the connection and its rows are kept after the last panel leaves, so that a refresh or a change of tab loses nothing."
        disabled={disabled}
        value={settings.lingerMs}
        min={0}
        placeholder={String(settingDefaults.lingerMs)}
        onCommit={(lingerMs) => change({ lingerMs })}
      />
      <NumberField
        label="Idle time-out (ms)"
        tooltip="A connection on which nothing arrives for this long counts as dead and is opened again. Empty: a silent connection is left alone."
        disabled={disabled}
        value={settings.idleTimeoutMs}
        min={100}
        placeholder="off"
        onCommit={(idleTimeoutMs) => change({ idleTimeoutMs })}
      />
      <NumberField
        label="Message size (bytes)"
        tooltip="A longer message is dropped, counted and told in a notice."
        disabled={disabled}
        value={settings.maxMessageBytes}
        min={1}
        placeholder={String(settingDefaults.maxMessageBytes)}
        onCommit={(maxMessageBytes) => change({ maxMessageBytes })}
      />
      <NumberField
        label="Single answer (ms)"
        tooltip="How long consumers that want one answer instead of a stream, such as the Mixed data source and query variables, wait for rows."
        disabled={disabled}
        value={settings.finiteTimeoutMs}
        min={1}
        placeholder={String(settingDefaults.finiteTimeoutMs)}
        onCommit={(finiteTimeoutMs) => change({ finiteTimeoutMs })}
      />
    </Section>
  );
}
