import { CoreApp, type DataQuery, type DataSourceApi } from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import type { SceneDataQuery, SceneQueryRunner } from '@grafana/scenes';
import { Button, LoadingPlaceholder, Stack } from '@grafana/ui';
import React, { useEffect, useState } from 'react';
import { usePlayground } from './Playground';
import { QueryRow } from './QueryRow';

/** The instance behind a panel; a new one after its settings have been saved. */
function useDataSource(runner: SceneQueryRunner): DataSourceApi | undefined {
  const { dataSources } = usePlayground();
  const { datasource } = runner.useState();
  const [instance, setInstance] = useState<DataSourceApi>();
  useEffect(() => {
    const load = () => void getDataSourceSrv().get(datasource).then(setInstance);
    load();
    const subscription = dataSources.saved.subscribe(load);
    return () => subscription.unsubscribe();
  }, [datasource, dataSources]);
  return instance;
}

function freeRefId(queries: SceneDataQuery[]): string {
  const letters = Array.from({ length: 26 }, (_, i) => String.fromCharCode(65 + i));
  const taken = new Set(queries.map(({ refId }) => refId));
  return letters.find((letter) => !taken.has(letter)) ?? `Q${queries.length + 1}`;
}

/** The panel's queries, edited with the plugin's own editor while they run. */
export function QueriesTab({ runner }: { runner: SceneQueryRunner }) {
  const { queries, data } = runner.useState();
  const dataSource = useDataSource(runner);
  if (!dataSource) {
    return <LoadingPlaceholder text="Loading data source" />;
  }
  const put = (next: SceneDataQuery[]) => runner.setState({ queries: next });
  const replace = (old: SceneDataQuery, query: DataQuery) => put(queries.map((each) => (each === old ? query : each)));
  const runWith = (next: SceneDataQuery[]) => {
    put(next);
    runner.runQueries();
  };
  const add = (query: Partial<DataQuery>) => runWith([...queries, { ...query, refId: freeRefId(queries) }]);
  return (
    <Stack direction="column" gap={2}>
      {queries.map((query) => (
        <QueryRow
          key={query.refId}
          dataSource={dataSource}
          query={query}
          queries={queries}
          data={data}
          onChange={(changed) => replace(query, changed)}
          onRunQuery={() => runner.runQueries()}
          onAddQuery={add}
          onDuplicate={() => add(query)}
          onRemove={() => runWith(queries.filter((each) => each !== query))}
          onToggleHide={() => runWith(queries.map((each) => (each === query ? { ...each, hide: !each.hide } : each)))}
        />
      ))}
      <div>
        <Button
          variant="secondary"
          icon="plus"
          onClick={() => add(dataSource.getDefaultQuery?.(CoreApp.PanelEditor) ?? {})}
        >
          Add query
        </Button>
      </div>
    </Stack>
  );
}
