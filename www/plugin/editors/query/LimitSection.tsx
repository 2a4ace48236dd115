import { Stack } from '@grafana/ui';
import React from 'react';

import { MIN_GAP_MS, queryDefaults, queryLimits } from '../../generated';
import type { StreamQuery } from '../../types';
import { NumberField } from '../controls/NumberField';
import type { PartProps } from './part';
import { FoldingSection } from '../controls/Section';
import { SwitchField } from '../controls/SwitchField';
import { TextField } from '../controls/TextField';

/** Packets per second from which on a higher rate makes no difference. */
const FASTEST = Math.floor(1000 / MIN_GAP_MS);

const LIMITS = ['capacity', 'maxRate', 'window', 'maxSeries', 'keepRows'] as const;

/** How much is kept and how often it is shown. */
export function LimitSection({ query, change }: PartProps) {
  const set = LIMITS.filter((limit) => query[limit] !== undefined).length;
  return (
    <FoldingSection title="Limits" summary={set === 0 ? 'defaults' : `${set} set`} startsOpen={set > 0}>
      <Stack direction="row" gap={0.5} wrap="wrap">
        <NumberField
          label="Capacity"
          tooltip="Rows kept per series; the oldest go first."
          value={query.capacity}
          placeholder={String(queryDefaults.capacity)}
          {...queryLimits.capacity}
          option="capacity"
          onCommit={(capacity) => change({ capacity })}
        />
        <NumberField
          label="Updates per second"
          tooltip={`How often the panel is updated at most. Rows in between are not lost; they arrive together. Updates are at least ${MIN_GAP_MS} ms apart, so values above ${FASTEST} make no difference.`}
          value={query.maxRate}
          placeholder={String(queryDefaults.maxRate)}
          {...queryLimits.maxRate}
          option="maxRate"
          fraction
          onCommit={(maxRate) => change({ maxRate })}
        />
        <TextField
          label="Window"
          tooltip="Rows older than this are removed, for example 5m, even if there is capacity left. Empty: only the capacity limits them. Variables are replaced."
          width={24}
          value={query.window}
          placeholder="no limit"
          option="window"
          onCommit={(window) => change({ window })}
        />
        {hasSeries(query) && (
          <NumberField
            label="Series"
            tooltip="Series kept at most, one per set of labels. If there are more, a notice says so."
            value={query.maxSeries}
            placeholder={String(queryDefaults.maxSeries)}
            {...queryLimits.maxSeries}
            option="maxSeries"
            onCommit={(maxSeries) => change({ maxSeries })}
          />
        )}
        <SwitchField
          label="Keep rows"
          tooltip="Rows outlive a reload of the page: this browser keeps the newest of them for up to a day, readable for whoever uses it. Switching this off deletes them."
          value={query.keepRows === true}
          option="keepRows"
          onChange={(on) => change({ keepRows: on || undefined })}
        />
      </Stack>
    </FoldingSection>
  );
}

// A limit that is set stays in sight, so that it can be removed.
function hasSeries({ fields = [], maxSeries }: StreamQuery): boolean {
  return maxSeries !== undefined || fields.some(({ role }) => role === 'label');
}
