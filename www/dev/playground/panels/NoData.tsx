import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import React from 'react';

/** What Grafana's panels show when there is nothing to draw. */
export function NoData({ text = 'No data' }: { text?: string }) {
  return <div className={useStyles2(styles)}>{text}</div>;
}

const styles = (theme: GrafanaTheme2) =>
  css({
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
    width: '100%',
    height: '100%',
    color: theme.colors.text.secondary,
  });
