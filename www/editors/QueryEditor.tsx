import type { QueryEditorProps } from '@grafana/data';
import { Stack } from '@grafana/ui';
import React from 'react';

import { pathProblem } from '../address';
import type { FreshetDataSource } from '../datasource';
import { queryDefaults, queryLimits } from '../defaults';
import type { FreshetOptions, StreamQuery } from '../types';
import { BackfillEditor } from './BackfillEditor';
import { ChoiceField } from './ChoiceField';
import { FORMATS } from './choices';
import { FieldsEditor } from './FieldsEditor';
import { NumberField } from './NumberField';
import { Section } from './Section';
import { TextField } from './TextField';

type Props = QueryEditorProps<FreshetDataSource, StreamQuery, FreshetOptions>;

/** Edits one query. Every finished change is stored and runs the query. */
export function QueryEditor({ query, onChange, onRunQuery }: Props) {
  const change = (part: Partial<StreamQuery>) => {
    onChange({ ...query, ...part });
    onRunQuery();
  };
  return (
    <Stack direction="column" gap={1}>
      <StreamSection query={query} change={change} />
      <Section title="Fields">
        <FieldsEditor
          fields={query.fields}
          whenEmpty="None chosen: every value in the messages becomes a field, nested ones with dots in their names."
          onChange={(fields) => change({ fields })}
        />
      </Section>
      <LimitSection query={query} change={change} />
      <Section title="History">
        <BackfillEditor backfill={query.backfill} onChange={(backfill) => change({ backfill })} />
      </Section>
    </Stack>
  );
}

interface PartProps {
  query: StreamQuery;
  change: (part: Partial<StreamQuery>) => void;
}

function StreamSection({ query, change }: PartProps) {
  return (
    <Section title="Stream">
      <TextField
        label="Path"
        tooltip="Appended to the data source's URL; may carry a ?query. Variables are replaced. Empty: the URL as it is."
        value={query.path}
        placeholder="/sensors?device=$device"
        problem={pathProblem}
        onCommit={(path) => change({ path })}
      />
      <ChoiceField
        label="Format"
        tooltip="How a message is read."
        options={FORMATS}
        value={query.format ?? 'auto'}
        onChange={(format) => change({ format })}
      />
      <TextField
        label="Subscribe"
        tooltip="Text sent when the connection stands, and again after every reconnect. Variables are replaced. Takes effect when you leave the field or press Ctrl+Enter."
        multiline
        value={query.subscribe}
        placeholder='{"method": "SUBSCRIBE", "params": ["$symbol@trade"], "id": 1}'
        onCommit={(subscribe) => change({ subscribe })}
      />
      <TextField
        label="Unsubscribe"
        tooltip="Text sent when the last panel that reads this leaves. Variables are replaced. Takes effect when you leave the field or press Ctrl+Enter."
        multiline
        value={query.unsubscribe}
        placeholder='{"method": "UNSUBSCRIBE", "params": ["$symbol@trade"], "id": 1}'
        onCommit={(unsubscribe) => change({ unsubscribe })}
      />
    </Section>
  );
}

function LimitSection({ query, change }: PartProps) {
  return (
    <Section title="Limits">
      <Stack direction="row" gap={0.5} wrap="wrap">
        <NumberField
          label="Capacity"
          tooltip="Rows kept; the newest win."
          value={query.capacity}
          placeholder={String(queryDefaults.capacity)}
          {...queryLimits.capacity}
          onCommit={(capacity) => change({ capacity })}
        />
        <NumberField
          label="Updates per second"
          tooltip="How often the panel is given new rows at most. Rows in between are not lost, they come together."
          value={query.maxRate}
          placeholder={String(queryDefaults.maxRate)}
          {...queryLimits.maxRate}
          fraction
          onCommit={(maxRate) => change({ maxRate })}
        />
      </Stack>
    </Section>
  );
}
