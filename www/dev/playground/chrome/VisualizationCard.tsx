import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2, type IconName } from '@grafana/ui';
import React from 'react';

interface Props {
  icon: IconName;
  name: string;
  selected: boolean;
  onSelect(): void;
}

export function VisualizationCard({ icon, name, selected, onSelect }: Props) {
  const styles = useStyles2(cardStyles);
  return (
    <button
      type="button"
      role="radio"
      aria-checked={selected}
      className={cx(styles.card, selected && styles.selected)}
      onClick={onSelect}
    >
      <Icon name={icon} size="lg" />
      {name}
    </button>
  );
}

const cardStyles = (theme: GrafanaTheme2) => ({
  card: css({
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    padding: theme.spacing(1),
    background: theme.colors.background.secondary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    ...theme.typography.bodySmall,
    '&:hover': { background: theme.colors.emphasize(theme.colors.background.secondary, 0.03) },
  }),
  selected: css({ borderColor: theme.colors.primary.border, background: theme.colors.action.selected }),
});
