import type { ScopedVars } from '@grafana/data';
import React from 'react';

import type { StreamQuery } from '../../types';
import { lazily } from '../controls/lazily';
import { FoldingSection } from '../controls/Section';
import type { Recorder } from './Record';

// Few who edit a query record one.
const Record = lazily(async () => (await import('./Record')).default);

/** The data source, as far as it records. */
export interface RecordingSource {
  name: string;
  record?(query: StreamQuery, scopedVars: ScopedVars, ...how: Parameters<Recorder>): ReturnType<Recorder>;
}

interface Props {
  datasource: RecordingSource;
  query: StreamQuery;
  scopedVars: ScopedVars | undefined;
}

/** Makes a file of what a query reads, to be sent to somebody. Closed, it costs nothing. */
export function RecordSection({ datasource, query, scopedVars = {} }: Props) {
  // Called on the data source, whose method it is.
  const record = datasource.record?.bind(datasource);
  if (!record) {
    return null;
  }
  return (
    <FoldingSection title="Recording" summary="a file of the messages, to show a problem to others" startsOpen={false}>
      <Record
        record={(tell, signal) => record(query, scopedVars, tell, signal)}
        name={`${datasource.name}-${query.refId}`.replace(/[^\w-]+/g, '-')}
      />
    </FoldingSection>
  );
}
