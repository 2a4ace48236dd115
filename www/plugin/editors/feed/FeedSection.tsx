import type { ScopedVars } from '@grafana/data';
import React from 'react';

import type { FeedView, Preview, Suggestion } from '../../engine/types';
import type { StreamQuery } from '../../types';
import { lazily } from '../controls/lazily';
import { FoldingSection } from '../controls/Section';

/** The data source, as far as it shows what comes. */
export interface FeedSource {
  look?(query: StreamQuery, scopedVars: ScopedVars, messages: number): Promise<FeedView>;
  suggest?(query: StreamQuery, scopedVars: ScopedVars): Promise<Suggestion>;
  preview?(query: StreamQuery, scopedVars: ScopedVars, rows: number): Promise<Preview>;
}

interface Props {
  datasource: FeedSource;
  query: StreamQuery;
  scopedVars: ScopedVars | undefined;
  /** Stores a query and runs it. */
  onChange: (query: StreamQuery) => void;
}

const Feed = lazily(async () => (await import('./Feed')).Feed);

/** What the connection of a query delivers, to choose from. Closed, it costs nothing. */
export function FeedSection({ datasource, query, scopedVars = {}, onChange }: Props) {
  // Called on the data source, whose methods they are.
  const [look, suggest, preview] = [
    datasource.look?.bind(datasource),
    datasource.suggest?.bind(datasource),
    datasource.preview?.bind(datasource),
  ];
  if (!look || !suggest || !preview) {
    return null;
  }
  return (
    <FoldingSection title="See the feed" summary="its messages; click what you want" startsOpen={false}>
      <Feed
        look={(messages) => look(query, scopedVars, messages)}
        suggest={() => suggest(query, scopedVars)}
        preview={(rows) => preview(query, scopedVars, rows)}
        query={query}
        onChange={onChange}
      />
    </FoldingSection>
  );
}
