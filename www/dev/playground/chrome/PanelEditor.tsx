import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import type { EmbeddedScene, VizPanel } from '@grafana/scenes';
import { Button, Tab, TabContent, TabsBar, useStyles2 } from '@grafana/ui';
import React, { useEffect, useState } from 'react';
import { queryRunnerOf } from '../dashboards/scene';
import { DataSourceSettingsForm } from './DataSourceSettingsForm';
import { PanelOptionsPane } from './PanelOptionsPane';
import { PanelStats } from './PanelStats';
import { QueriesTab } from './QueriesTab';

interface Props {
  scene: EmbeddedScene;
  panel: VizPanel;
  onClose(): void;
}

type TabName = 'queries' | 'datasource' | 'stats';

/** Grafana's panel editor in small: the panel, its queries below, a few options on the right. */
export function PanelEditor({ scene, panel, onClose }: Props) {
  const styles = useStyles2(editorStyles);
  // The dashboard's own component is not mounted here, so time range and variables have to be kept active.
  useEffect(() => scene.activate(), [scene]);
  return (
    <div className={styles.editor}>
      <div className={styles.controls}>
        {scene.state.controls?.map((control) => (
          <control.Component key={control.state.key} model={control} />
        ))}
        <Button variant="secondary" icon="arrow-left" onClick={onClose}>
          Back to dashboard
        </Button>
      </div>
      <div className={styles.columns}>
        <div className={styles.left}>
          <div className={styles.panel}>
            <panel.Component model={panel} />
          </div>
          <BottomPane panel={panel} />
        </div>
        <PanelOptionsPane panel={panel} />
      </div>
    </div>
  );
}

function BottomPane({ panel }: { panel: VizPanel }) {
  const styles = useStyles2(editorStyles);
  const [tab, setTab] = useState<TabName>('queries');
  const runner = queryRunnerOf(panel);
  const { queries, datasource } = runner.useState();
  const tabProps = (name: TabName) => ({ active: tab === name, onChangeTab: () => setTab(name) });
  return (
    <div className={styles.pane}>
      <TabsBar>
        <Tab label="Queries" icon="database" counter={queries.length} {...tabProps('queries')} />
        <Tab label="Data source" icon="cog" {...tabProps('datasource')} />
        <Tab label="Stats" icon="info-circle" {...tabProps('stats')} />
      </TabsBar>
      <TabContent className={styles.tabContent}>
        {tab === 'queries' && <QueriesTab runner={runner} />}
        {tab === 'datasource' && <DataSourceSettingsForm dataSource={datasource?.uid ?? ''} />}
        {tab === 'stats' && <PanelStats runner={runner} />}
      </TabContent>
    </div>
  );
}

const editorStyles = (theme: GrafanaTheme2) => ({
  editor: css({
    display: 'flex',
    flexDirection: 'column',
    flex: 1,
    minHeight: 0,
    gap: theme.spacing(2),
    padding: theme.spacing(2),
  }),
  controls: css({ display: 'flex', alignItems: 'flex-end', gap: theme.spacing(2), flexWrap: 'wrap' }),
  columns: css({
    display: 'flex',
    flex: 1,
    minHeight: 0,
    gap: theme.spacing(2),
    [theme.breakpoints.down('md')]: { flexDirection: 'column' },
  }),
  left: css({ display: 'flex', flexDirection: 'column', flex: 1, minWidth: 0, gap: theme.spacing(2) }),
  panel: css({ flex: '2 1 0', minHeight: 200 }),
  pane: css({
    display: 'flex',
    flexDirection: 'column',
    flex: '3 1 0',
    minHeight: 260,
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  tabContent: css({ flex: 1, overflow: 'auto', padding: theme.spacing(2), background: 'transparent' }),
});
