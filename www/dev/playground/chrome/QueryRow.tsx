import { css } from '@emotion/css';
import { CoreApp, type DataQuery, type DataSourceApi, type GrafanaTheme2, type PanelData } from '@grafana/data';
import { Alert, ErrorBoundaryAlert, IconButton, useStyles2 } from '@grafana/ui';
import React from 'react';

interface Props {
  dataSource: DataSourceApi;
  query: DataQuery;
  queries: DataQuery[];
  data?: PanelData;
  onChange(query: DataQuery): void;
  onRunQuery(): void;
  onAddQuery(query: DataQuery): void;
  onDuplicate(): void;
  onRemove(): void;
  onToggleHide(): void;
}

export function QueryRow(props: Props) {
  const { dataSource, query, data } = props;
  const styles = useStyles2(rowStyles);
  const Editor = dataSource.components?.QueryEditor;
  const errors = data?.errors?.filter(({ refId }) => refId === query.refId) ?? [];
  return (
    <section className={styles.row} aria-label={`Query ${query.refId}`}>
      <header className={styles.header}>
        <span className={styles.refId}>{query.refId}</span>
        <span className={styles.dataSource}>({dataSource.name})</span>
        <IconButton name="copy" tooltip="Duplicate query" onClick={props.onDuplicate} />
        <IconButton
          name={query.hide ? 'eye-slash' : 'eye'}
          tooltip={query.hide ? 'Show response' : 'Hide response'}
          onClick={props.onToggleHide}
        />
        <IconButton name="trash-alt" tooltip="Remove query" onClick={props.onRemove} />
      </header>
      <div className={styles.body}>
        {Editor ? (
          <ErrorBoundaryAlert>
            <Editor
              datasource={dataSource}
              query={query}
              queries={props.queries}
              data={data}
              range={data?.timeRange}
              app={CoreApp.PanelEditor}
              onChange={props.onChange}
              onRunQuery={props.onRunQuery}
              onAddQuery={props.onAddQuery}
            />
          </ErrorBoundaryAlert>
        ) : (
          <Alert severity="error" title="The plugin exports no query editor" />
        )}
        {errors.map(({ message }) => (
          <Alert key={message} severity="error" title={message ?? 'Query error'} />
        ))}
      </div>
    </section>
  );
}

const rowStyles = (theme: GrafanaTheme2) => ({
  row: css({ border: `1px solid ${theme.colors.border.weak}`, borderRadius: theme.shape.radius.default }),
  header: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    minHeight: theme.spacing(4),
    padding: theme.spacing(0.5, 1),
    background: theme.colors.background.secondary,
  }),
  refId: css({ color: theme.colors.text.link, fontWeight: theme.typography.fontWeightMedium }),
  dataSource: css({ flex: 1, color: theme.colors.text.secondary, ...theme.typography.bodySmall }),
  body: css({ padding: theme.spacing(1.5) }),
});
