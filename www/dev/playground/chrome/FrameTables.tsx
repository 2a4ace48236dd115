import { css } from '@emotion/css';
import { applyFieldOverrides, getFrameDisplayName, type DataFrame, type GrafanaTheme2 } from '@grafana/data';
import type { SceneQueryRunner } from '@grafana/scenes';
import { Text, useStyles2, useTheme2 } from '@grafana/ui';
import React from 'react';
import { useMeasure } from 'react-use';
import { TableNG } from '../host/versions';

const tableHeight = 420;

/** Every frame as it came from the data source, oldest row first. */
export function FrameTables({ runner }: { runner: SceneQueryRunner }) {
  const styles = useStyles2(tableStyles);
  const theme = useTheme2();
  const { data } = runner.useState();
  const [ref, { width }] = useMeasure<HTMLDivElement>();
  const frames = applyFieldOverrides({
    data: data?.series,
    fieldConfig: { defaults: {}, overrides: [] },
    replaceVariables: (text) => text,
    theme,
  });
  return (
    <div ref={ref}>
      {frames.map((frame: DataFrame, index: number) => (
        <div key={`${frame.refId}${index}`} className={styles.frame}>
          <Text element="h6">
            {frame.refId}: {getFrameDisplayName(frame, index)}, {frame.length} rows
          </Text>
          {width > 0 && frame.fields.length > 0 && (
            <TableNG data={frame} width={width} height={tableHeight} showTypeIcons={true} />
          )}
        </div>
      ))}
    </div>
  );
}

const tableStyles = (theme: GrafanaTheme2) => ({ frame: css({ marginBottom: theme.spacing(3) }) });
