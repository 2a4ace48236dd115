import type { DataSourceRef } from '@grafana/data';
import {
  AdHocFiltersVariable,
  CustomVariable,
  EmbeddedScene,
  SceneControlsSpacer,
  SceneDataTransformer,
  SceneGridItem,
  SceneGridLayout,
  SceneQueryRunner,
  SceneRefreshPicker,
  SceneTimePicker,
  SceneTimeRange,
  SceneVariableSet,
  TextBoxVariable,
  VariableValueSelectors,
  VizPanel,
  VizPanelMenu,
  behaviors,
  sceneGraph,
  type SceneObject,
  type SceneVariable,
} from '@grafana/scenes';
import { DashboardCursorSync } from '@grafana/schema';
import { PanelNotices } from '../chrome/PanelNotices';
import type { DashboardDefinition, PanelDefinition, VariableDefinition } from './definition';

/** What the panel menu does. Without it, panels have no menu. */
interface PanelActions {
  edit(panelKey: string): void;
  inspect(panelKey: string): void;
}

interface SceneSetting {
  dataSource: DataSourceRef;
  actions?: PanelActions;
}

function panelKey(index: number): string {
  return `panel-${index + 1}`;
}

function menuOf(key: string, actions: PanelActions): VizPanelMenu {
  return new VizPanelMenu({
    items: [
      { text: 'Edit', iconClassName: 'pen', onClick: () => actions.edit(key) },
      { text: 'Inspect', iconClassName: 'info-circle', onClick: () => actions.inspect(key) },
    ],
  });
}

function panelOf(definition: PanelDefinition, index: number, { dataSource, actions }: SceneSetting): VizPanel {
  const key = panelKey(index);
  const { defaults = {}, overrides = [] } = definition.fieldConfig ?? {};
  const queries = definition.targets;
  const runner = new SceneQueryRunner({ datasource: dataSource, queries, maxDataPointsFromWidth: true });
  const { transformations } = definition;
  return new VizPanel({
    key,
    title: definition.title,
    description: definition.description,
    pluginId: definition.visualization,
    options: definition.options ?? {},
    fieldConfig: { defaults, overrides },
    titleItems: new PanelNotices({}),
    menu: actions && menuOf(key, actions),
    $data: transformations ? new SceneDataTransformer({ $data: runner, transformations }) : runner,
  });
}

function gridItemOf(definition: PanelDefinition, index: number, setting: SceneSetting): SceneGridItem {
  const [x, y, width, height] = definition.grid;
  return new SceneGridItem({ x, y, width, height, body: panelOf(definition, index, setting) });
}

function variableOf(definition: VariableDefinition, datasource: DataSourceRef): SceneVariable {
  const { type, name, label, query, value } = definition;
  switch (type) {
    case 'textbox':
      return new TextBoxVariable({ name, label, value });
    case 'adhoc':
      // As Grafana's dashboards make them.
      return new AdHocFiltersVariable({
        name,
        label,
        datasource,
        applyMode: 'auto',
        layout: 'combobox',
        useQueriesAsFilterForOptions: true,
      });
    default:
      return new CustomVariable({ name, label, query, value, text: value });
  }
}

/** A dashboard as a scene: the same objects that Grafana's own dashboards are made of. */
export function buildScene(definition: DashboardDefinition, setting: SceneSetting): EmbeddedScene {
  const variables = definition.variables ?? [];
  return new EmbeddedScene({
    $timeRange: new SceneTimeRange({ from: definition.from, to: 'now' }),
    $variables: new SceneVariableSet({ variables: variables.map((each) => variableOf(each, setting.dataSource)) }),
    $behaviors: [new behaviors.CursorSync({ key: 'cursor', sync: DashboardCursorSync.Crosshair })],
    controls: [
      new VariableValueSelectors({}),
      new SceneControlsSpacer(),
      new SceneTimePicker({ isOnCanvas: true }),
      new SceneRefreshPicker({ isOnCanvas: true, intervals: ['1s', '5s', '10s', '30s', '1m'] }),
    ],
    body: new SceneGridLayout({
      isDraggable: false,
      isLazy: false,
      children: definition.panels.map((panel, index) => gridItemOf(panel, index, setting)),
    }),
  });
}

export function panelsOf(scene: SceneObject): VizPanel[] {
  return sceneGraph.findAllObjects(scene, (object) => object instanceof VizPanel) as VizPanel[];
}

export function queryRunnerOf(panel: VizPanel): SceneQueryRunner {
  const runner = sceneGraph.findObject(panel, (object) => object instanceof SceneQueryRunner);
  if (!(runner instanceof SceneQueryRunner)) {
    throw new Error(`panel "${panel.state.title}" has no queries`);
  }
  return runner;
}
