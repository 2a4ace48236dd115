import type { DataQuery, DataSourceApi, DataSourceInstanceSettings, DataSourceRef } from '@grafana/data';
import { DataSourcePicker, getDataSourceSrv } from '@grafana/runtime';
import { Alert, ErrorBoundaryAlert, InlineField } from '@grafana/ui';
import React, { useEffect, useId, useState } from 'react';

import type { Backfill } from '../../types';
import { NARROW } from '../controls/narrow';
import { LABEL_WIDTH } from '../controls/TextField';
import { messageOf } from '../../engine/trap';

interface OtherSourceEditorProps {
  backfill: Backfill | undefined;
  onChange: (backfill: Backfill | undefined) => void;
  onEdit: (backfill: Backfill) => void;
  onRun: () => void;
}

/** Chooses the data source that has the history, and edits its query with its own editor. */
export function OtherSourceEditor({ backfill, onChange, onEdit, onRun }: OtherSourceEditorProps) {
  const id = useId();
  const ref = backfill?.datasource;
  const pick = ({ uid, type }: DataSourceInstanceSettings) => {
    // A query is of use only to data sources of the type that it was written for.
    const query = type === ref?.type ? backfill?.query : undefined;
    onChange({ datasource: { uid, type }, query: query ?? {} });
  };
  return (
    <>
      <InlineField
        className={NARROW}
        label="History source"
        tooltip="Asked once before the first packet. Its fields fill the fields of this query that have the same names; a row in both is shown once."
        labelWidth={LABEL_WIDTH}
        htmlFor={id}
      >
        <DataSourcePicker
          inputId={id}
          current={ref ?? null}
          noDefault
          filter={holdsData}
          placeholder="Choose a data source"
          onChange={pick}
          onClear={() => onChange(undefined)}
        />
      </InlineField>
      {ref && (
        <ErrorBoundaryAlert title="The editor of this data source failed" dependencies={[ref.uid]}>
          <OtherQuery
            key={ref.uid}
            source={ref}
            query={backfill.query ?? {}}
            onEdit={(query) => onEdit({ datasource: ref, query })}
            onRun={onRun}
          />
        </ErrorBoundaryAlert>
      )}
    </>
  );
}

// Those that only pass on what others answer cannot be asked by themselves.
const holdsData = ({ meta }: DataSourceInstanceSettings) => !meta.mixed && !meta.builtIn;

interface OtherQueryProps {
  source: DataSourceRef;
  query: Record<string, unknown>;
  onEdit: (query: Record<string, unknown>) => void;
  onRun: () => void;
}

function OtherQuery({ source: ref, query, onEdit, onRun }: OtherQueryProps) {
  const { source, problem } = useSource(ref);
  if (problem !== undefined) {
    return <Alert severity="error" title={problem} />;
  }
  if (!source) {
    return null;
  }
  const Editor = source.components?.QueryEditor;
  if (!Editor) {
    return <Alert severity="warning" title={`${source.name} has no query editor. Edit the query as JSON.`} />;
  }
  const {
    refId: _,
    datasource: __,
    ...defaults
  } = (source.getDefaultQuery?.('panel-editor' as never) ?? {}) as DataQuery;
  const whole = { ...defaults, ...query, refId: 'History', datasource: ref };
  // Which panel it is for, and from whom, is known when it is run.
  const store = ({ refId: _, datasource: __, ...own }: DataQuery) => onEdit(own);
  return <Editor datasource={source} query={whole} onChange={store} onRunQuery={onRun} />;
}

/** The data source, once it is loaded. */
function useSource({ uid, type }: DataSourceRef) {
  const [state, setState] = useState<{ source?: DataSourceApi; problem?: string }>({});
  useEffect(() => {
    let isCurrent = true;
    const show = (next: typeof state) => isCurrent && setState(next);
    getDataSourceSrv()
      .get({ uid, type })
      .then(
        (source) => show({ source }),
        (error) => show({ problem: `The data source could not be loaded: ${messageOf(error)}` })
      );
    return () => {
      isCurrent = false;
    };
  }, [uid, type]);
  return state;
}
