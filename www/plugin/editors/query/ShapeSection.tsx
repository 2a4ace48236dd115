import { Stack } from '@grafana/ui';
import React from 'react';

import type { StreamQuery } from '../../types';
import { ChoiceField } from '../controls/ChoiceField';
import { MODES, REDUCERS, VIEWS } from '../choices';
import type { PartProps } from './part';
import { FoldingSection } from '../controls/Section';
import { SelectField } from '../controls/SelectField';
import { TextField } from '../controls/TextField';
import { UpsertEditor } from './UpsertEditor';

/** What a row is: every one that arrives, one per key or one per interval, and what is made of them. */
export function ShapeSection({ query, change, fixedView }: PartProps & { fixedView: boolean }) {
  const { mode = 'append', view = 'timeseries' } = query;
  return (
    <FoldingSection title="Shape" summary={summary(query, fixedView)} startsOpen={isShaped(query)}>
      <ChoiceField
        label="Rows"
        tooltip="All: every row is kept. One per key: a row replaces the previous one with the same key, which makes a table of the latest state, for example one row per device. Back to All clears keys, removal, replacement and expiry."
        options={MODES}
        option="mode"
        value={mode}
        onChange={(next) => change(modeChange(next))}
      />
      {mode === 'upsert' && <UpsertEditor query={query} change={change} />}
      <BucketFields query={query} change={change} />
      {!fixedView && (
        <ChoiceField
          label="View"
          tooltip="The shape of the result. Time series: one series per set of labels. Table: one table, labels in columns. Logs: lines for the Logs panel and for Explore."
          options={VIEWS}
          option="view"
          value={view}
          onChange={(next) => change({ view: next })}
        />
      )}
    </FoldingSection>
  );
}

function BucketFields({ query, change }: PartProps) {
  const { bucket } = query;
  return (
    <Stack direction="row" gap={0.5} wrap="wrap" alignItems="flex-start">
      <TextField
        label="Bucket"
        tooltip="Combines all rows within this time into one, for example 1s or 5m. Empty: rows are not combined. Variables are replaced."
        width={24}
        value={bucket?.interval}
        placeholder="off"
        option="bucket.interval"
        onCommit={(interval) =>
          change({ bucket: interval === undefined ? undefined : { reduce: 'last', ...bucket, interval } })
        }
      />
      {bucket && (
        <SelectField
          label="Reduce"
          tooltip="How the rows of a bucket are combined. OHLC gives the four columns that candlesticks need."
          labelWidth="auto"
          width={18}
          options={REDUCERS}
          option="bucket.reduce"
          value={bucket.reduce ?? 'last'}
          onChange={(reduce) => change({ bucket: { ...bucket, reduce } })}
        />
      )}
    </Stack>
  );
}

// What belongs to one row per key alone would be in nobody's sight with All, and come back unasked.
function modeChange(mode: NonNullable<StreamQuery['mode']>): Partial<StreamQuery> {
  return mode === 'upsert'
    ? { mode }
    : {
        mode,
        keys: undefined,
        deleteWhen: undefined,
        clearWhen: undefined,
        dropOnReconnect: undefined,
        expireAfter: undefined,
      };
}

function isShaped({ mode, bucket, view }: StreamQuery): boolean {
  return mode === 'upsert' || bucket !== undefined || (view !== undefined && view !== 'timeseries');
}

function summary({ mode, bucket, view = 'timeseries' }: StreamQuery, fixedView: boolean): string {
  const label = (options: Array<{ value?: string; label?: string }>, value: string) =>
    (options.find((option) => option.value === value)?.label ?? value).toLowerCase();
  const rows = mode === 'upsert' ? 'one row per key' : 'all rows';
  const reduced = bucket ? `${label(REDUCERS, bucket.reduce ?? 'last')} of each ${bucket.interval}` : '';
  return [rows, reduced, fixedView ? '' : label(VIEWS, view)].filter((part) => part !== '').join(', ');
}
