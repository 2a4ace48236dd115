import type { DataFrame, DataSourceRef, PanelData } from '@grafana/data';
import { sceneGraph, type EmbeddedScene, type VizPanel } from '@grafana/scenes';
import React from 'react';
import { createRoot } from 'react-dom/client';
import type { StreamQuery } from '../../../plugin/types';
import { Surroundings } from '../chrome/App';
import { PanelEditor } from '../chrome/PanelEditor';
import { PlaygroundProvider } from '../chrome/Playground';
import type { PanelDefinition, VariableDefinition } from '../dashboards/definition';
import { buildScene, panelsOf, queryRunnerOf } from '../dashboards/scene';
import type { Host } from '../host/start';
import { makeTimeRange } from './requests';

interface BoardOptions {
  /** uid of a data source that exists; the page's own when left out. */
  dataSource?: string;
  panels: Array<Partial<PanelDefinition> & { targets: StreamQuery[] }>;
  variables?: VariableDefinition[];
  from?: string;
}

const columns = 3;

function definitionOf(panel: BoardOptions['panels'][number], index: number): PanelDefinition {
  return {
    title: `Panel ${index + 1}`,
    visualization: 'timeseries',
    grid: [(index % columns) * 8, Math.floor(index / columns) * 7, 8, 7],
    ...panel,
  };
}

function Board({ scene, edited, onClose }: { scene: EmbeddedScene; edited?: VizPanel; onClose(): void }) {
  return edited ? <PanelEditor scene={scene} panel={edited} onClose={onClose} /> : <scene.Component model={scene} />;
}

/** Puts a dashboard on the page, and hands back what a user could do with it. */
export function mountDashboard(host: Host, { dataSource, panels, variables, from = 'now-5m' }: BoardOptions) {
  const { uid, type } = host.dataSources.settingsOf(dataSource);
  const ref: DataSourceRef = { uid, type };
  const definition = {
    uid: 'board',
    title: 'Board',
    icon: 'apps' as const,
    from,
    variables,
    panels: panels.map(definitionOf),
  };
  const scene = buildScene(definition, { dataSource: ref });
  const container = document.createElement('div');
  // The grid of earlier scenes draws nothing where it has no height.
  Object.assign(container.style, { display: 'flex', flexDirection: 'column', height: '100%' });
  document.body.append(container);
  const root = createRoot(container);
  const vizPanels = panelsOf(scene);
  const runnerOf = (index: number) => queryRunnerOf(vizPanels[index]);

  const show = (edited?: VizPanel) =>
    root.render(
      <Surroundings>
        <PlaygroundProvider value={host}>
          <Board scene={scene} edited={edited} onClose={() => show()} />
        </PlaygroundProvider>
      </Surroundings>
    );
  show();

  return {
    scene,
    panels: vizPanels,
    runnerOf,
    /** What the panel has been given last. */
    data: (index: number): PanelData | undefined => runnerOf(index).state.data,
    frames: (index: number): DataFrame[] => runnerOf(index).state.data?.series ?? [],
    /** The refresh button. */
    refresh: () => sceneGraph.getTimeRange(scene).onRefresh(),
    /** The time picker; relative or ISO 8601. */
    setTimeRange: (from: string, to: string) =>
      sceneGraph.getTimeRange(scene).onTimeRangeChange(makeTimeRange(from, to)),
    setQueries: (index: number, queries: StreamQuery[]) => {
      runnerOf(index).setState({ queries });
      runnerOf(index).runQueries();
    },
    /** The panel menu's Edit, and the way back. */
    edit: (index: number) => show(vizPanels[index]),
    closeEditor: () => show(),
    unmount: () => {
      root.unmount();
      container.remove();
    },
  };
}
