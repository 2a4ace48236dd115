import { css, cx } from '@emotion/css';
import {
  FieldType,
  PanelPlugin,
  dateTimeFormat,
  formattedValueToString,
  type DataFrame,
  type Field,
  type GrafanaTheme2,
  type PanelProps,
} from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import React, { useMemo } from 'react';
import { NoData } from './NoData';

/** More rows than anybody reads before they have moved on. */
const shownRows = 200;

const messageNames = ['message', 'msg', 'body', 'line', 'text', 'log'];
const levelNames = ['level', 'severity', 'lvl'];

interface LogLine {
  key: string;
  time: number;
  level: string;
  message: string;
  rest: string[];
}

function named(frame: DataFrame, names: string[]): Field | undefined {
  return frame.fields.find((field) => names.includes(field.name.toLowerCase()));
}

function text(field: Field, row: number): string {
  const value = field.values[row];
  if (value === null || value === undefined) {
    return '';
  }
  return field.display ? formattedValueToString(field.display(value)) : String(value);
}

/** A value with its name, or the labels of a line with theirs. */
function pairs(field: Field, row: number): string[] {
  const value = field.values[row];
  return field.type === FieldType.other && value
    ? Object.entries(value).map(([name, label]) => `${name}=${label}`)
    : [`${field.name}=${text(field, row)}`];
}

/** The newest lines of a frame: its time, its message, its level, and everything else as name=value. */
function linesOf(frame: DataFrame, frameIndex: number): LogLine[] {
  const time = frame.fields.find(({ type }) => type === FieldType.time);
  const message = named(frame, messageNames) ?? frame.fields.find(({ type }) => type === FieldType.string);
  const level = named(frame, levelNames);
  const others = frame.fields.filter((field) => field !== time && field !== message && field !== level);
  const first = Math.max(0, frame.length - shownRows);
  return Array.from({ length: frame.length - first }, (_, i) => {
    const row = first + i;
    return {
      key: `${frameIndex}:${time?.values[row]}:${row}`,
      time: time?.values[row] ?? 0,
      level: level ? text(level, row).toLowerCase() : '',
      message: message ? text(message, row) : '',
      rest: others.flatMap((field) => pairs(field, row)),
    };
  });
}

function LogsPanel({ data, timeZone }: PanelProps) {
  const styles = useStyles2(logStyles);
  const lines = useMemo(
    () =>
      data.series
        .flatMap(linesOf)
        .sort((a, b) => b.time - a.time)
        .slice(0, shownRows),
    [data.series]
  );
  if (lines.length === 0) {
    return <NoData />;
  }
  return (
    <div className={styles.list} role="log">
      {lines.map(({ key, time, level, message, rest }) => (
        <div key={key} className={cx(styles.line, styles.level(level))}>
          <span className={styles.time}>{dateTimeFormat(time, { timeZone, format: 'YYYY-MM-DD HH:mm:ss.SSS' })}</span>
          <span className={styles.levelName}>{level}</span>
          <span className={styles.message}>
            {message}
            {rest.map((pair) => (
              <span key={pair} className={styles.pair}>
                {pair}
              </span>
            ))}
          </span>
        </div>
      ))}
    </div>
  );
}

function levelColor(theme: GrafanaTheme2, level: string): string {
  const { visualization } = theme;
  if (/^(err|error|crit|critical|fatal|alert|emerg)/.test(level)) {
    return visualization.getColorByName('red');
  }
  if (/^warn/.test(level)) {
    return visualization.getColorByName('yellow');
  }
  if (/^(info|notice)/.test(level)) {
    return visualization.getColorByName('green');
  }
  return /^(debug|trace)/.test(level) ? visualization.getColorByName('blue') : theme.colors.text.disabled;
}

const logStyles = (theme: GrafanaTheme2) => ({
  list: css({
    height: '100%',
    overflow: 'auto',
    fontFamily: theme.typography.fontFamilyMonospace,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  line: css({
    display: 'flex',
    gap: theme.spacing(1.5),
    padding: theme.spacing(0.25, 1),
    borderLeft: '3px solid transparent',
    '&:hover': { background: theme.colors.background.secondary },
  }),
  level: (level: string) => css({ borderLeftColor: levelColor(theme, level) }),
  time: css({ flex: 'none', color: theme.colors.text.secondary }),
  levelName: css({ flex: 'none', width: '5ch', color: theme.colors.text.secondary }),
  message: css({ overflowWrap: 'anywhere' }),
  pair: css({ marginLeft: theme.spacing(1.5), color: theme.colors.text.secondary }),
});

export const logsPanel = new PanelPlugin(LogsPanel).useFieldConfig();
