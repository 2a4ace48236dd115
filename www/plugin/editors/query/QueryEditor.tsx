import type { DataSourceApi, QueryEditorProps, ScopedVars } from '@grafana/data';
import { Stack } from '@grafana/ui';
import React from 'react';

import { migrateQuery } from '../../migrate';
import type { FreshetOptions, StreamQuery, Transport } from '../../types';
import { QueryModes } from '../code/QueryModes';
import { BackfillEditor } from './BackfillEditor';
import { ConditionsEditor } from './ConditionsEditor';
import { FieldsEditor } from './FieldsEditor';
import { FormatField } from './FormatField';
import { LimitSection } from './LimitSection';
import { ParseSection } from './ParseSection';
import { ParamFields, type ProtocolOwner } from './ParamFields';
import type { PartProps } from './part';
import { type Checker, OptionProblems } from '../controls/optionProblems';
import { FoldingSection, Section } from '../controls/Section';
import { SeenPathsProvider } from '../controls/seenPaths';
import { Diagnose, type Diagnoser } from '../doctor/Diagnose';
import { FeedSection, type FeedSource } from '../feed/FeedSection';
import { type RecordingSource, RecordSection } from '../record/RecordSection';
import { ShapeSection } from './ShapeSection';
import { ReadField, readsConnections } from './ReadField';
import { TokenField } from './TokenField';
import { EventField, MessageField, PathField } from './StreamFields';

/** The data source, as far as the editor uses it. */
type Edited = DataSourceApi<StreamQuery, FreshetOptions> &
  Checker &
  ProtocolOwner & { transport?: Transport; viewerToken?: string; diagnose?: Diagnosing } & Omit<
    RecordingSource,
    'name'
  > &
  FeedSource;

type Diagnosing = (query: StreamQuery, scopedVars: ScopedVars, ...how: Parameters<Diagnoser>) => ReturnType<Diagnoser>;

type Props = QueryEditorProps<Edited, StreamQuery, FreshetOptions> & {
  /** The consumer has chosen the view, so it is not asked for. */
  fixedView?: boolean;
};

const EVERY_VALUE =
  'No fields chosen: every value in the messages becomes a field; the names of nested values are joined with dots.';
const EVERY_COLUMN = 'No fields chosen: every column, such as state, rate, lag and reconnects.';

/** Edits one query, in the builder or as text. Every finished change is stored and runs the query. */
export function QueryEditor(props: Props) {
  const query = migrateQuery(props.query);
  return (
    <QueryModes
      query={query}
      onChange={props.onChange}
      onRunQuery={props.onRunQuery}
      checker={props.datasource}
      scopedVars={props.data?.request?.scopedVars}
    >
      <QueryBuilder {...props} query={query} />
    </QueryModes>
  );
}

/** A query as controls. */
function QueryBuilder({ datasource, query, data, onChange, onRunQuery, fixedView = false }: Props) {
  const scopedVars = data?.request?.scopedVars;
  const seesFeed = !readsConnections(query);
  // Called on the data source, whose method it is.
  const look = seesFeed ? datasource.look?.bind(datasource) : undefined;
  const store = (next: StreamQuery) => {
    onChange(next);
    onRunQuery();
  };
  const change = (part: Partial<StreamQuery>) => store({ ...query, ...part });
  return (
    <OptionProblems checker={datasource} query={query} scopedVars={scopedVars}>
      <SeenPathsProvider look={look && (() => look(query, scopedVars ?? {}, 0))} version={JSON.stringify(query)}>
        <Stack direction="column" gap={1}>
          {datasource.viewerToken && <TokenField uid={datasource.uid} label={datasource.viewerToken} />}
          <StreamSection
            query={query}
            change={change}
            transport={datasource.transport ?? 'websocket'}
            owner={datasource}
          />
          {seesFeed && <FeedSection datasource={datasource} query={query} scopedVars={scopedVars} onChange={store} />}
          {seesFeed && <ParseSection query={query} change={change} />}
          <Section title="Fields">
            <FieldsEditor
              option="fields"
              fields={query.fields}
              whenEmpty={readsConnections(query) ? EVERY_COLUMN : EVERY_VALUE}
              onChange={(fields) => change({ fields })}
            />
          </Section>
          <FilterSection query={query} change={change} />
          <ShapeSection query={query} change={change} fixedView={fixedView} />
          <LimitSection query={query} change={change} />
          {!readsConnections(query) && (
            <>
              <FoldingSection
                title="History"
                summary={query.backfill ? 'set' : 'none'}
                startsOpen={query.backfill !== undefined}
              >
                <BackfillEditor
                  backfill={query.backfill}
                  onChange={(backfill) => change({ backfill })}
                  onEdit={(backfill) => onChange({ ...query, backfill })}
                  onRun={onRunQuery}
                />
              </FoldingSection>
              <RecordSection
                datasource={datasource}
                query={query}
                scopedVars={scopedVars}
                onChange={store}
                onRunQuery={onRunQuery}
              />
              <DiagnosisSection datasource={datasource} query={query} scopedVars={scopedVars} />
            </>
          )}
        </Stack>
      </SeenPathsProvider>
    </OptionProblems>
  );
}

interface DiagnosisSectionProps {
  datasource: Edited;
  query: StreamQuery;
  scopedVars: ScopedVars | undefined;
}

function DiagnosisSection({ datasource, query, scopedVars = {} }: DiagnosisSectionProps) {
  // Called on the data source, whose method it is.
  const diagnose = datasource.diagnose?.bind(datasource);
  if (!diagnose) {
    return null;
  }
  return (
    <Section title="Diagnosis">
      <Diagnose
        diagnose={(tell, signal) => diagnose(query, scopedVars, tell, signal)}
        hint="Reads this query step by step over a connection of its own, and says where it stops and what to do."
      />
    </Section>
  );
}

interface StreamSectionProps extends PartProps {
  transport: Transport;
  owner: ProtocolOwner;
}

/** What the transport or the protocol has no use for is shown where it is set, so that it can be cleared. */
function StreamSection({ query, change, transport, owner }: StreamSectionProps) {
  const sends = transport === 'websocket' && !owner.hasSubscribeMessage;
  if (readsConnections(query)) {
    return (
      <Section title="Stream">
        <ReadField query={query} change={change} />
      </Section>
    );
  }
  return (
    <Section title="Stream">
      <ReadField query={query} change={change} />
      {/* What a protocol wants to know is most of what there is to say; then hardly anybody writes a path. */}
      <ParamFields query={query} change={change} owner={owner} />
      <PathField
        value={query.path}
        placeholder={owner.preset ? 'usually empty' : '/sensors?device=$device'}
        onCommit={(path) => change({ path })}
      />
      <FormatField format={query.format} csv={query.csv} onChange={change} />
      {(transport === 'sse' || query.event) && (
        <EventField value={query.event} placeholder="all" onCommit={(event) => change({ event })} />
      )}
      {(sends || query.subscribe) && (
        <MessageField
          label="Subscribe"
          option="subscribe"
          when="Text sent when the connection opens, and again after every reconnect."
          value={query.subscribe}
          placeholder='{"method": "SUBSCRIBE", "params": ["$symbol@trade"], "id": 1}'
          onCommit={(subscribe) => change({ subscribe })}
        />
      )}
      {(sends || query.unsubscribe) && (
        <MessageField
          label="Unsubscribe"
          option="unsubscribe"
          when="Text sent when the last panel that reads this has closed and the data source's linger time is over."
          value={query.unsubscribe}
          placeholder='{"method": "UNSUBSCRIBE", "params": ["$symbol@trade"], "id": 1}'
          onCommit={(unsubscribe) => change({ unsubscribe })}
        />
      )}
    </Section>
  );
}

function FilterSection({ query, change }: PartProps) {
  const count = query.filter?.length ?? 0;
  const summary = count === 0 ? 'every row' : `rows that meet ${count === 1 ? '1 condition' : `${count} conditions`}`;
  return (
    <FoldingSection title="Filter" summary={summary} startsOpen={count > 0}>
      <ConditionsEditor
        option="filter"
        conditions={query.filter}
        noun="filter condition"
        whenEmpty="No condition: every row is kept. With several conditions, a row must meet all of them."
        onChange={(filter) => change({ filter })}
      />
    </FoldingSection>
  );
}
