import { css } from '@emotion/css';
import { ThemeContext, type GrafanaTheme2 } from '@grafana/data';
import { LocationServiceProvider, config, locationService } from '@grafana/runtime';
import { GlobalStyles, PortalContainer, useStyles2, useTheme2 } from '@grafana/ui';
import React, { useMemo, useState, type ReactNode } from 'react';
import { Router } from 'react-router-dom';
import { CompatRouter } from 'react-router-dom-v5-compat';
import { dashboards } from '../dashboards';
import { newDashboard } from '../dashboards/newDashboard';
import { DashboardPage } from './DashboardPage';
import { DataSourcePage } from './DataSourcePage';
import { usePlayground } from './Playground';
import { SideMenu } from './SideMenu';
import { TopBar } from './TopBar';
import { dashboardHref, NEW_DASHBOARD, newDashboardHref, useAddress } from './address';

/** What every component of @grafana/ui and @grafana/scenes expects around it. */
export function Surroundings({ children }: { children: ReactNode }) {
  return (
    <ThemeContext.Provider value={config.theme2}>
      <GlobalStyles />
      <LocationServiceProvider service={locationService}>
        <Router history={locationService.getHistory()}>
          <CompatRouter>{children}</CompatRouter>
        </Router>
      </LocationServiceProvider>
      <PortalContainer />
    </ThemeContext.Provider>
  );
}

export function App() {
  return (
    <Surroundings>
      <Page />
    </Surroundings>
  );
}

function Page() {
  const styles = useStyles2(pageStyles);
  const theme = useTheme2();
  const [menuOpen, setMenuOpen] = useState(window.innerWidth >= theme.breakpoints.values.md);
  const { dataSources } = usePlayground();
  const address = useAddress();
  const onDataSource = address.get('page') === 'datasource';
  const wanted = address.get('dashboard') ?? dashboards[0].uid;
  const source = address.get('uid');
  const made = useMemo(() => newDashboard(dataSources.settingsOf(source)), [dataSources, source]);
  const dashboard = wanted === NEW_DASHBOARD ? made : (dashboards.find(({ uid }) => uid === wanted) ?? dashboards[0]);
  const crumbs = onDataSource
    ? [{ text: 'Connections' }, { text: 'Data sources' }, { text: dataSources.settingsOf(source).name }]
    : [
        { text: 'Dashboards', href: dashboardHref(dashboards[0].uid) },
        {
          text: dashboard.title,
          href: dashboard === made ? newDashboardHref(made.dataSource.uid) : dashboardHref(dashboard.uid),
        },
        ...(address.has('editPanel') ? [{ text: 'Edit panel' }] : []),
      ];
  return (
    <div className={styles.page}>
      <TopBar crumbs={crumbs} onToggleMenu={() => setMenuOpen(!menuOpen)} />
      <div className={styles.below}>
        {menuOpen && <SideMenu active={onDataSource ? (source ?? undefined) : dashboard.uid} />}
        <main className={styles.main}>
          {onDataSource ? (
            <DataSourcePage key={source} dataSource={source} />
          ) : (
            <DashboardPage key={dashboard.uid} definition={dashboard} />
          )}
        </main>
      </div>
    </div>
  );
}

const pageStyles = (theme: GrafanaTheme2) => ({
  page: css({ display: 'flex', flexDirection: 'column', height: '100vh', background: theme.colors.background.canvas }),
  below: css({ display: 'flex', flex: 1, minHeight: 0 }),
  main: css({ flex: 1, minWidth: 0, overflow: 'auto', display: 'flex', flexDirection: 'column' }),
});
