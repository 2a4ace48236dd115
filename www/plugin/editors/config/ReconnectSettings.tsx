import React from 'react';

import { settingDefaults, settingLimits } from '../../generated';
import type { Reconnect } from '../../types';
import { NumberField } from '../controls/NumberField';
import { FoldingSection } from '../controls/Section';
import { summaryOf } from './summary';
import type { SettingsProps } from './settings';

/** How a lost connection is taken up again. */
export function ReconnectSettings({ settings, change, disabled }: SettingsProps) {
  const { minMs, maxMs, maxAttempts } = settings.reconnect ?? {};
  const set = (part: Partial<Reconnect>) => change({ reconnect: withoutUnset({ ...settings.reconnect, ...part }) });
  const shortest = minMs ?? settingDefaults.reconnectMinMs;
  const longest = maxMs ?? settingDefaults.reconnectMaxMs;
  return (
    <FoldingSection
      title="Reconnect"
      summary={summaryOf([
        ['first pause', minMs],
        ['longest pause', maxMs],
        ['attempts', maxAttempts],
      ])}
      startsOpen={false}
    >
      <NumberField
        label="First pause (ms)"
        tooltip="Wait before the first attempt to reconnect. It doubles with every failed attempt, with some randomness so that browsers do not all reconnect at once."
        disabled={disabled}
        value={minMs}
        min={settingLimits.reconnectMinMs.min}
        placeholder={String(settingDefaults.reconnectMinMs)}
        problem={(value) => (value > longest ? `${value} is more than the longest pause, ${longest}.` : undefined)}
        onCommit={(value) => set({ minMs: value })}
      />
      <NumberField
        label="Longest pause (ms)"
        tooltip="The wait between two attempts never grows longer than this."
        disabled={disabled}
        value={maxMs}
        min={settingLimits.reconnectMinMs.min}
        placeholder={String(settingDefaults.reconnectMaxMs)}
        problem={(value) => (value < shortest ? `${value} is less than the first pause, ${shortest}.` : undefined)}
        onCommit={(value) => set({ maxMs: value })}
      />
      <NumberField
        label="Attempts"
        tooltip="Attempts in a row before the panel shows an error. Empty: it never gives up."
        disabled={disabled}
        value={maxAttempts}
        min={0}
        placeholder="no limit"
        onCommit={(value) => set({ maxAttempts: value })}
      />
    </FoldingSection>
  );
}

function withoutUnset(reconnect: Reconnect): Reconnect | undefined {
  const entries = Object.entries(reconnect).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
