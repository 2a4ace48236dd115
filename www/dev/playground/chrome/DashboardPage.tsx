import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { UrlSyncContextProvider, type EmbeddedScene } from '@grafana/scenes';
import { useStyles2 } from '@grafana/ui';
import React, { useEffect, useMemo } from 'react';
import type { DashboardDefinition } from '../dashboards/definition';
import { buildScene, panelsOf, queryRunnerOf } from '../dashboards/scene';
import { InspectDrawer } from './InspectDrawer';
import { PanelEditor } from './PanelEditor';
import { usePlayground } from './Playground';
import { useAddress } from './address';

const actions = {
  edit: (editPanel: string) => locationService.partial({ editPanel }),
  inspect: (inspect: string) => locationService.partial({ inspect }),
};

/** Saved settings make a new data source instance; panels that run have to ask it. */
function useRerunOnSave(scene: EmbeddedScene): void {
  const { dataSources } = usePlayground();
  useEffect(() => {
    const rerun = () => {
      const runners = panelsOf(scene).map(queryRunnerOf);
      runners.filter(({ isActive }) => isActive).forEach((runner) => runner.runQueries());
    };
    const subscription = dataSources.saved.subscribe(rerun);
    return () => subscription.unsubscribe();
  }, [scene, dataSources]);
}

export function DashboardPage({ definition }: { definition: DashboardDefinition }) {
  const { dataSources } = usePlayground();
  const styles = useStyles2(pageStyles);
  const address = useAddress();
  const scene = useMemo(() => {
    const { uid, type } = dataSources.settingsOf(definition.dataSource?.uid);
    return buildScene(definition, { dataSource: { uid, type }, actions });
  }, [definition, dataSources]);
  useRerunOnSave(scene);

  const panels = panelsOf(scene);
  const edited = panels.find(({ state }) => state.key === address.get('editPanel'));
  const inspected = panels.find(({ state }) => state.key === address.get('inspect'));
  return (
    <UrlSyncContextProvider scene={scene} updateUrlOnInit={false} createBrowserHistorySteps={true}>
      {edited ? (
        <PanelEditor scene={scene} panel={edited} onClose={() => locationService.partial({ editPanel: null })} />
      ) : (
        <div className={styles.dashboard}>
          <scene.Component model={scene} />
        </div>
      )}
      {inspected && <InspectDrawer panel={inspected} onClose={() => locationService.partial({ inspect: null })} />}
    </UrlSyncContextProvider>
  );
}

const pageStyles = (theme: GrafanaTheme2) => ({
  dashboard: css({ display: 'flex', flexDirection: 'column', flex: 1, padding: theme.spacing(2) }),
});
