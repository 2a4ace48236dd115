import type { DataSourceApi, QueryEditorProps } from '@grafana/data';
import { Stack } from '@grafana/ui';
import React from 'react';

import { collectDefaults } from '../defaults';
import { type Checker, OptionProblems } from '../editors/controls/optionProblems';
import { SeenPathsProvider } from '../editors/controls/seenPaths';
import { TextField } from '../editors/controls/TextField';
import type { FeedSource } from '../editors/feed/FeedSection';
import { collectForProblem, missingPath } from '../editors/problems';
import { FormatField } from '../editors/query/FormatField';
import { ParamFields, type ProtocolOwner } from '../editors/query/ParamFields';
import { MessageField, PathField } from '../editors/query/StreamFields';
import type { FreshetOptions, StreamQuery, VariableQuery } from '../types';
import { asVariableQuery, streamOf } from './variableQuery';

type DataSource = DataSourceApi<StreamQuery, FreshetOptions> & Checker & ProtocolOwner & Pick<FeedSource, 'look'>;
type Props = QueryEditorProps<DataSource, StreamQuery, FreshetOptions, VariableQuery>;

/** Edits the query of a variable: which value of the feed is listed, and how long the feed is read for it. */
export function VariableQueryEditor({ datasource, query: stored, onChange }: Props) {
  const query = asVariableQuery(stored);
  const change = (part: Partial<VariableQuery>) => onChange({ ...query, ...part });
  const read = streamOf(query);
  // Called on the data source, whose method it is. Where a panel reads the same, its connection has been seen.
  const look = datasource.look?.bind(datasource);
  return (
    <OptionProblems checker={datasource} query={read}>
      <SeenPathsProvider look={look && (() => look(read, {}, 0))} version={JSON.stringify(read)}>
        <Stack direction="column" gap={0.5}>
          <PathField value={query.path} placeholder="/sensors?site=$site" onCommit={(path) => change({ path })} />
          <FormatField format={query.format} csv={query.csv} onChange={change} />
          <ParamFields query={query} change={change} owner={datasource} />
          {(!datasource.hasSubscribeMessage || query.subscribe) && (
            <MessageField
              label="Subscribe"
              option="subscribe"
              when="Text sent when the connection opens."
              value={query.subscribe}
              placeholder='{"op": "subscribe", "topic": "$topic"}'
              onCommit={(subscribe) => change({ subscribe })}
            />
          )}
          <TextField
            label="Field"
            tooltip="JSONPath to the value to list, for example $.device. Each distinct value becomes one option of the variable."
            required
            value={query.field}
            placeholder="$.device"
            option="fields[0].path"
            isPath
            problem={(text) => missingPath(text, 'variable')}
            onCommit={(field) => change({ field })}
          />
          <TextField
            label="Collect for"
            tooltip="How long messages are collected before the list is shown: long enough for every value to appear once. Panels that use the variable wait for it. For example 5s."
            width={24}
            value={query.collectFor}
            placeholder={collectDefaults.text}
            problem={collectForProblem}
            onCommit={(collectFor) => change({ collectFor })}
          />
        </Stack>
      </SeenPathsProvider>
    </OptionProblems>
  );
}
