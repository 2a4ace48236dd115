import type { ScopedVars } from '@grafana/data';
import { Stack } from '@grafana/ui';
import React from 'react';

import type { ReplayState } from '../../engine/types';
import type { StreamQuery } from '../../types';
import { lazily } from '../controls/lazily';
import { FoldingSection } from '../controls/Section';
import type { Recorder } from './Record';
import type { RecordedFile } from './Replay';

// Few who edit a query record one, or look at what others have recorded.
const Record = lazily(async () => (await import('./Record')).default);
const Replay = lazily(async () => (await import('./Replay')).default);

/** The data source, as far as it records and replays. */
export interface RecordingSource {
  name: string;
  record?(query: StreamQuery, scopedVars: ScopedVars, ...how: Parameters<Recorder>): ReturnType<Recorder>;
  replay?(query: StreamQuery, scopedVars: ScopedVars, speed: number, file?: RecordedFile): Promise<void>;
  replayed?(query: StreamQuery, scopedVars: ScopedVars): Promise<ReplayState | undefined>;
  stopReplay?(query: StreamQuery, scopedVars: ScopedVars): Promise<void>;
}

interface Props {
  datasource: RecordingSource;
  query: StreamQuery;
  scopedVars: ScopedVars | undefined;
  /** Stores a query and runs it. */
  onChange: (query: StreamQuery) => void;
  onRunQuery: () => void;
}

/** Makes a file of what a query reads, to be sent to somebody, and shows such a file. Closed, it costs nothing. */
export function RecordSection({ datasource, query, scopedVars = {}, onChange, onRunQuery }: Props) {
  // Called on the data source, whose methods they are.
  const [record, replay, replayed, stopReplay] = [
    datasource.record?.bind(datasource),
    datasource.replay?.bind(datasource),
    datasource.replayed?.bind(datasource),
    datasource.stopReplay?.bind(datasource),
  ];
  if (!record || !replay || !replayed || !stopReplay) {
    return null;
  }
  return (
    <FoldingSection
      title="Recording"
      summary="the messages as a file, to show a problem to others or to see theirs"
      startsOpen={false}
    >
      <Stack direction="column" gap={2}>
        <Record
          record={(tell, signal) => record(query, scopedVars, tell, signal)}
          name={`${datasource.name}-${query.refId}`.replace(/[^\w-]+/g, '-')}
        />
        <Replay
          begin={(speed, file) => replay(query, scopedVars, speed, file)}
          look={() => replayed(query, scopedVars)}
          stop={() => stopReplay(query, scopedVars)}
          query={query}
          onChange={onChange}
          onRunQuery={onRunQuery}
        />
      </Stack>
    </FoldingSection>
  );
}
