import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { LinkButton, Text, useStyles2 } from '@grafana/ui';
import React from 'react';
import { DataSourceSettingsForm } from './DataSourceSettingsForm';
import { usePlayground } from './Playground';
import { go, newDashboardHref } from './address';

/** The settings of a data source, and the way on from there, as Grafana shows it. */
export function DataSourcePage({ dataSource }: { dataSource: string | null }) {
  const styles = useStyles2(pageStyles);
  const { plugin, dataSources } = usePlayground();
  const { uid, name } = dataSources.settingsOf(dataSource);
  const href = newDashboardHref(uid);
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <img className={styles.logo} src={plugin.meta.info.logos.large} alt="" />
        <div>
          <Text element="h1" variant="h2">
            {name}
          </Text>
          <Text color="secondary">Type: {plugin.meta.name}</Text>
        </div>
      </header>
      <DataSourceSettingsForm
        dataSource={uid}
        next={
          <LinkButton
            icon="apps"
            size="sm"
            variant="secondary"
            href={href}
            onClick={(event) => {
              event.preventDefault();
              go(href);
            }}
          >
            Build a dashboard
          </LinkButton>
        }
      />
    </div>
  );
}

const pageStyles = (theme: GrafanaTheme2) => ({
  page: css({
    flex: 1,
    margin: theme.spacing(2),
    padding: theme.spacing(3),
    [theme.breakpoints.down('md')]: { margin: 0, padding: theme.spacing(1) },
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  header: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(2), marginBottom: theme.spacing(3) }),
  logo: css({ width: 48, height: 48 }),
});
