import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import type { VizPanel } from '@grafana/scenes';
import { Drawer, Tab, TabsBar, useStyles2 } from '@grafana/ui';
import React, { useState } from 'react';
import { queryRunnerOf } from '../dashboards/scene';
import { FrameTables } from './FrameTables';
import { PanelStats } from './PanelStats';

const tabs = ['Stats', 'Data', 'JSON'] as const;

export function InspectDrawer({ panel, onClose }: { panel: VizPanel; onClose(): void }) {
  const styles = useStyles2(drawerStyles);
  const [tab, setTab] = useState<(typeof tabs)[number]>('Stats');
  const runner = queryRunnerOf(panel);
  return (
    <Drawer
      title={`Inspect: ${panel.interpolate(panel.state.title)}`}
      size="md"
      onClose={onClose}
      tabs={
        <TabsBar>
          {tabs.map((name) => (
            <Tab key={name} label={name} active={tab === name} onChangeTab={() => setTab(name)} />
          ))}
        </TabsBar>
      }
    >
      {tab === 'Stats' && <PanelStats runner={runner} />}
      {tab === 'Data' && <FrameTables runner={runner} />}
      {tab === 'JSON' && <pre className={styles.json}>{panelJson(panel)}</pre>}
    </Drawer>
  );
}

/** The panel as a dashboard would save it. */
function panelJson(panel: VizPanel): string {
  const { title, description, pluginId, options, fieldConfig } = panel.state;
  const { queries, datasource } = queryRunnerOf(panel).state;
  return JSON.stringify(
    { title, description, type: pluginId, datasource, targets: queries, options, fieldConfig },
    null,
    2
  );
}

const drawerStyles = (theme: GrafanaTheme2) => ({
  json: css({ fontSize: theme.typography.bodySmall.fontSize, whiteSpace: 'pre-wrap' }),
});
