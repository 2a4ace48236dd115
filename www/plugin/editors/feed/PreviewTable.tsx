import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, type IconName, Stack, Text, useStyles2 } from '@grafana/ui';
import React from 'react';

import type { Preview, PreviewRow } from '../../engine/types';
import { FoldingSection } from '../controls/Section';
import { usePolled } from '../controls/usePolled';

interface Props {
  preview: (rows: number) => Promise<Preview>;
  isPaused: boolean;
}

const ROWS = 20;

const MARKS: Record<PreviewRow['state'], IconName> = {
  shown: 'check',
  filtered: 'filter',
  late: 'clock-nine',
  repeated: 'repeat',
  unreadable: 'exclamation-triangle',
};

/** What the query makes of the messages, row by row, with what became of each. */
export function PreviewTable(props: Props) {
  return (
    <FoldingSection title="Preview" summary="the rows it makes, and the messages that make none" startsOpen={false}>
      <Rows {...props} />
    </FoldingSection>
  );
}

function Rows({ preview, isPaused }: Props) {
  const styles = useStyles2(getStyles);
  const { view, problem } = usePolled(() => preview(ROWS), isPaused, 1000);
  if (problem !== undefined) {
    return <Text color="warning">{problem}</Text>;
  }
  if (!view) {
    return <Text color="secondary">Looking…</Text>;
  }
  const states = Object.keys(MARKS) as Array<PreviewRow['state']>;
  const counted = states.filter((state) => state === 'shown' || view.counts[state] > 0);
  return (
    <>
      <Stack direction="row" gap={2} wrap="wrap">
        {counted.map((state) => (
          <Text key={state}>
            <Icon name={MARKS[state]} /> {view.counts[state]} {state}
          </Text>
        ))}
      </Stack>
      {/* Scrolls, so it has to be reached by keyboard. */}
      <div className={styles.frame} tabIndex={0} role="region" aria-label="Preview of rows">
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Row</th>
              {view.columns.map(({ name }, at) => (
                <th scope="col" key={at}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...view.rows].reverse().map((row, at) => (
              <tr key={at}>
                <td>
                  <Icon name={MARKS[row.state]} size="sm" /> {row.state}
                  {row.values.length > 0 && row.text && <div className={styles.why}>{row.text}</div>}
                </td>
                {row.values.length === 0 ? (
                  <td colSpan={view.columns.length}>{row.text}</td>
                ) : (
                  row.values.map((value, column) => <td key={column}>{value ?? '–'}</td>)
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  frame: css({ maxHeight: 300, overflow: 'auto' }),
  why: css({ maxWidth: '40ch', whiteSpace: 'normal', color: theme.colors.text.secondary }),
  table: css({
    fontSize: theme.typography.bodySmall.fontSize,
    'th, td': { padding: theme.spacing(0.25, 1), textAlign: 'left', whiteSpace: 'nowrap' },
  }),
});
