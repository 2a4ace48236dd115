import React from 'react';

import { settingDefaults, settingLimits } from '../../generated';
import { NumberField } from '../controls/NumberField';
import { FoldingSection } from '../controls/Section';
import { summaryOf } from './summary';
import type { SettingsProps } from './settings';

interface Limit {
  setting: 'lingerMs' | 'idleTimeoutMs' | 'maxConnectionAgeMs' | 'maxMessageBytes' | 'journalBytes' | 'finiteTimeoutMs';
  label: string;
  tooltip: string;
  min: number;
  max?: number;
  /** What holds while nothing is set. */
  placeholder: string;
}

const LIMITS: Limit[] = [
  {
    setting: 'lingerMs',
    label: 'Linger (ms)',
    tooltip:
      'How long the connection and its rows are kept after the last panel closes, so that nothing is lost when you refresh or change tabs.',
    min: 0,
    placeholder: String(settingDefaults.lingerMs),
  },
  {
    setting: 'idleTimeoutMs',
    label: 'Idle time-out (ms)',
    tooltip:
      'A connection without data for this long is considered dead and is opened again. Empty: silent connections are kept.',
    min: 100,
    placeholder: 'off',
  },
  {
    setting: 'maxConnectionAgeMs',
    label: 'Connection age (ms)',
    tooltip:
      'A connection of this age is replaced by another without a gap, for servers that end old connections. ' +
      `At least ${settingLimits.maxConnectionAgeMs.min}. Empty: as the preset says; 0: never.`,
    min: 0,
    placeholder: 'as the preset',
  },
  {
    setting: 'maxMessageBytes',
    label: 'Message size (bytes)',
    tooltip: 'Longer messages are dropped and counted, and a notice says so.',
    min: 1,
    placeholder: String(settingDefaults.maxMessageBytes),
  },
  {
    setting: 'journalBytes',
    label: 'Messages kept (bytes)',
    tooltip:
      'Messages kept for late panels: a panel that is opened later, or whose query is edited, is filled from the newest messages of the connection at once. 0: none are kept.',
    ...settingLimits.journalBytes,
    placeholder: String(settingDefaults.journalBytes),
  },
  {
    setting: 'finiteTimeoutMs',
    label: 'Single answer (ms)',
    tooltip:
      'How long consumers that expect a single answer instead of a stream, such as the Mixed data source and query variables, wait for rows.',
    min: 1,
    placeholder: String(settingDefaults.finiteTimeoutMs),
  },
];

/** How long things are kept, waited for, and how large they may be. */
export function LimitSettings({ settings, change, disabled }: SettingsProps) {
  return (
    <FoldingSection
      title="Limits"
      summary={summaryOf(LIMITS.map(({ setting, label }) => [label.toLowerCase(), settings[setting]]))}
      startsOpen={false}
    >
      {LIMITS.map(({ setting, ...field }) => (
        <NumberField
          {...field}
          key={setting}
          disabled={disabled}
          value={settings[setting]}
          onCommit={(value) => change({ [setting]: value })}
        />
      ))}
    </FoldingSection>
  );
}
