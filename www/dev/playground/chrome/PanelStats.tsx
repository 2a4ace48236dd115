import { css } from '@emotion/css';
import {
  FieldType,
  formattedValueToString,
  getDisplayProcessor,
  getFrameDisplayName,
  type DataFrame,
  type GrafanaTheme2,
  type QueryResultMetaStat,
} from '@grafana/data';
import type { SceneQueryRunner } from '@grafana/scenes';
import { Alert, useStyles2, useTheme2 } from '@grafana/ui';
import React from 'react';

/** What the panel inspector of Grafana tells: the state of the query, and the counters and notices of every frame. */
export function PanelStats({ runner }: { runner: SceneQueryRunner }) {
  const styles = useStyles2(statStyles);
  const { data, queries } = runner.useState();
  const series = data?.series ?? [];
  return (
    <div className={styles.all}>
      {data?.errors?.map(({ message, refId }) => (
        <Alert key={`${refId}${message}`} severity="error" title={`${refId ?? 'Query'}: ${message}`} />
      ))}
      <StatTable
        caption="Query"
        rows={[
          ['State', data?.state ?? 'NotStarted'],
          ['Queries', String(queries.length)],
          ['Frames', String(series.length)],
          ['Rows', String(series.reduce((sum, { length }) => sum + length, 0))],
        ]}
      />
      {series.map((frame, index) => (
        <FrameStats key={`${frame.refId}${index}`} frame={frame} index={index} />
      ))}
    </div>
  );
}

function FrameStats({ frame, index }: { frame: DataFrame; index: number }) {
  const theme = useTheme2();
  const shown = (stat: QueryResultMetaStat) => {
    const { value, ...config } = stat;
    const display = getDisplayProcessor({ field: { type: FieldType.number, config }, theme });
    return formattedValueToString(display(value));
  };
  const stats = (frame.meta?.stats ?? []).map((stat): [string, string] => [stat.displayName, shown(stat)]);
  return (
    <>
      <StatTable
        caption={`Frame ${frame.refId ?? ''}: ${getFrameDisplayName(frame, index)}`}
        rows={[['Rows', String(frame.length)], ...stats]}
      />
      {frame.meta?.notices?.map(({ severity, text }) => (
        <Alert key={text} severity={severity} title={text} />
      ))}
    </>
  );
}

function StatTable({ caption, rows }: { caption: string; rows: Array<[string, string]> }) {
  const styles = useStyles2(statStyles);
  return (
    <table className={styles.table}>
      <caption className={styles.caption}>{caption}</caption>
      <tbody>
        {rows.map(([name, value]) => (
          <tr key={name} className={styles.row}>
            <td>{name}</td>
            <td className={styles.value}>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const statStyles = (theme: GrafanaTheme2) => ({
  all: css({ maxWidth: 720 }),
  table: css({ width: '100%', marginBottom: theme.spacing(3) }),
  caption: css({ captionSide: 'top', paddingBottom: theme.spacing(1), ...theme.typography.h6, textAlign: 'left' }),
  row: css({
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    '& td': { padding: theme.spacing(0.75, 1) },
  }),
  value: css({ textAlign: 'right', fontVariantNumeric: 'tabular-nums' }),
});
