import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import type { VizPanel } from '@grafana/scenes';
import { Field, Input, TextArea, useStyles2 } from '@grafana/ui';
import React from 'react';
import { visualizations } from '../panels';
import { VisualizationCard } from './VisualizationCard';

/** The options that make a difference to a stream: what draws it, and what it is called. */
export function PanelOptionsPane({ panel }: { panel: VizPanel }) {
  const styles = useStyles2(paneStyles);
  const { title, description = '', pluginId } = panel.useState();
  return (
    <aside className={styles.pane} aria-label="Panel options">
      <Field label="Visualization">
        <div className={styles.cards} role="radiogroup" aria-label="Visualization">
          {visualizations.map(({ id, name, icon }) => (
            <VisualizationCard
              key={id}
              icon={icon}
              name={name}
              selected={id === pluginId}
              onSelect={() => panel.changePluginType(id)}
            />
          ))}
        </div>
      </Field>
      <Field label="Title">
        <Input
          aria-label="Title"
          value={title}
          onChange={({ currentTarget }) => panel.setState({ title: currentTarget.value })}
        />
      </Field>
      <Field label="Description">
        <TextArea
          aria-label="Description"
          rows={3}
          value={description}
          onChange={({ currentTarget }) => panel.setState({ description: currentTarget.value })}
        />
      </Field>
    </aside>
  );
}

const paneStyles = (theme: GrafanaTheme2) => ({
  pane: css({
    flex: 'none',
    width: 280,
    overflow: 'auto',
    [theme.breakpoints.down('md')]: { width: 'auto' },
    padding: theme.spacing(2),
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  cards: css({ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: theme.spacing(1) }),
});
