import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2, type IconName } from '@grafana/ui';
import React from 'react';
import { dashboards } from '../dashboards';
import { ADDED, PROVISIONED } from '../host/start';
import { dashboardHref, dataSourceHref, go } from './address';

/** The docked menu. `active` is the uid of the dashboard or data source that is open; the demo feed goes without. */
export function SideMenu({ active }: { active?: string }) {
  const styles = useStyles2(menuStyles);
  return (
    <nav className={styles.menu} aria-label="Menu">
      <div className={styles.heading}>Dashboards</div>
      {dashboards.map(({ uid, title, icon }) => (
        <Item key={uid} icon={icon} text={title} href={dashboardHref(uid)} active={uid === active} />
      ))}
      <div className={styles.heading}>Connections</div>
      <Item icon="database" text="Data source" href={dataSourceHref()} active={active === undefined} />
      <Item icon="plus" text="Add data source" href={dataSourceHref(ADDED)} active={active === ADDED} />
      <Item icon="lock" text="Provisioned" href={dataSourceHref(PROVISIONED)} active={active === PROVISIONED} />
    </nav>
  );
}

function Item({ icon, text, href, active }: { icon: IconName; text: string; href: string; active: boolean }) {
  const styles = useStyles2(menuStyles);
  const follow = (event: React.MouseEvent) => {
    event.preventDefault();
    go(href);
  };
  return (
    <a
      href={href}
      onClick={follow}
      className={cx(styles.item, active && styles.active)}
      aria-current={active ? 'page' : undefined}
    >
      <Icon name={icon} />
      {text}
    </a>
  );
}

const menuStyles = (theme: GrafanaTheme2) => ({
  menu: css({
    flex: 'none',
    width: 216,
    padding: theme.spacing(1.5, 1),
    overflowY: 'auto',
    background: theme.colors.background.primary,
    borderRight: `1px solid ${theme.colors.border.weak}`,
  }),
  heading: css({
    padding: theme.spacing(1, 1, 0.5),
    color: theme.colors.text.secondary,
    ...theme.typography.bodySmall,
    '&:not(:first-child)': { marginTop: theme.spacing(1.5) },
  }),
  item: css({
    position: 'relative',
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    height: 32,
    padding: theme.spacing(0, 1),
    borderRadius: theme.shape.radius.default,
    color: theme.colors.text.secondary,
    '&:hover': { background: theme.colors.action.hover, color: theme.colors.text.primary },
  }),
  active: css({
    background: theme.colors.action.selected,
    color: theme.colors.text.primary,
    '&::before': {
      content: '""',
      position: 'absolute',
      left: 0,
      top: 4,
      bottom: 4,
      width: 4,
      borderRadius: theme.shape.radius.default,
      backgroundImage: theme.colors.gradients.brandVertical,
    },
  }),
});
