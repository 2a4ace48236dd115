import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, ToolbarButton, useStyles2, useTheme2 } from '@grafana/ui';
import React, { Fragment } from 'react';
import { go, switchTheme } from './address';
import { usePlayground } from './Playground';

interface Crumb {
  text: string;
  href?: string;
}

interface Props {
  crumbs: Crumb[];
  onToggleMenu(): void;
}

export function TopBar({ crumbs, onToggleMenu }: Props) {
  const styles = useStyles2(barStyles);
  const { plugin } = usePlayground();
  const { isDark } = useTheme2();
  return (
    <header className={styles.bar}>
      <ToolbarButton
        icon="bars"
        iconOnly={true}
        variant="canvas"
        tooltip="Open or close the menu"
        onClick={onToggleMenu}
      />
      <img className={styles.logo} src={plugin.meta.info.logos.small} alt="" />
      <nav className={styles.crumbs} aria-label="Breadcrumbs">
        {crumbs.map((crumb, index) => (
          <Fragment key={crumb.text}>
            {index > 0 && <Icon name="angle-right" className={styles.separator} />}
            <CrumbText crumb={crumb} last={index === crumbs.length - 1} />
          </Fragment>
        ))}
      </nav>
      <span className={styles.version}>
        {plugin.meta.name} {plugin.meta.info.version}
      </span>
      <ToolbarButton
        icon="adjust-circle"
        iconOnly={true}
        variant="canvas"
        tooltip={isDark ? 'Light theme' : 'Dark theme'}
        onClick={() => switchTheme(isDark ? 'light' : 'dark')}
      />
    </header>
  );
}

function CrumbText({ crumb: { text, href }, last }: { crumb: Crumb; last: boolean }) {
  const styles = useStyles2(barStyles);
  if (last || !href) {
    return <span className={last ? styles.lastCrumb : styles.crumb}>{text}</span>;
  }
  const follow = (event: React.MouseEvent) => {
    event.preventDefault();
    go(href);
  };
  return (
    <a href={href} className={styles.crumb} onClick={follow}>
      {text}
    </a>
  );
}

const barStyles = (theme: GrafanaTheme2) => ({
  bar: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    height: 40,
    flex: 'none',
    padding: theme.spacing(0, 1),
    background: theme.colors.background.primary,
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
  logo: css({ width: 24, height: 24 }),
  crumbs: css({ display: 'flex', alignItems: 'center', flex: 1, minWidth: 0, marginLeft: theme.spacing(0.5) }),
  separator: css({ color: theme.colors.text.secondary }),
  crumb: css({
    padding: theme.spacing(0, 0.5),
    color: theme.colors.text.secondary,
    'a&:hover': { textDecoration: 'underline' },
  }),
  lastCrumb: css({ padding: theme.spacing(0, 0.5), color: theme.colors.text.primary, whiteSpace: 'nowrap' }),
  version: css({ color: theme.colors.text.secondary, ...theme.typography.bodySmall }),
});
