import {
  FieldType,
  PanelPlugin,
  getFieldDisplayName,
  outerJoinDataFrames,
  type DataFrame,
  type Field,
  type PanelProps,
} from '@grafana/data';
import { useTheme2 } from '@grafana/ui';
import React, { useMemo } from 'react';
import { NoData } from './NoData';

/** The fields of Grafana's panel, which finds them by these names. */
const NAMES = ['open', 'high', 'low', 'close', 'volume'] as const;

interface Candles {
  times: number[];
  values: Record<(typeof NAMES)[number], Field | undefined>;
}

/** Several frames are joined by their times, as Grafana's panel does. */
function candlesOf(series: DataFrame[]): Candles | undefined {
  const frame = series.length === 1 ? series[0] : outerJoinDataFrames({ frames: series });
  const time = frame?.fields.find(({ type }) => type === FieldType.time);
  const named = (name: string) => frame?.fields.find((field) => getFieldDisplayName(field, frame) === name);
  const values = Object.fromEntries(NAMES.map((name) => [name, named(name)])) as Candles['values'];
  return time && values.open && values.close ? { times: time.values, values } : undefined;
}

/** Share of the height that volumes take. */
const VOLUME = 0.22;

function CandlestickPanel({ data, timeRange, width, height }: PanelProps) {
  const theme = useTheme2();
  const candles = useMemo(() => candlesOf(data.series), [data.series]);
  if (!candles || candles.times.length === 0) {
    return <NoData />;
  }
  const { times, values } = candles;
  const [from, to] = [timeRange.from.valueOf(), timeRange.to.valueOf()];
  const at = (field: Field | undefined, row: number): number => field?.values[row] ?? NaN;
  const seen = times.map((_, row) => row).filter((row) => times[row] >= from && Number.isFinite(at(values.open, row)));
  const lows = seen.map((row) => at(values.low, row));
  const highs = seen.map((row) => at(values.high, row));
  const [least, most] = [Math.min(...lows), Math.max(...highs)];
  const biggest = Math.max(...seen.map((row) => at(values.volume, row) || 0));
  const x = (time: number) => ((time - from) / (to - from)) * width;
  const chart = height * (1 - VOLUME) - 8;
  const y = (price: number) => 4 + (1 - (price - least) / (most - least || 1)) * chart;
  const step = Math.min(...times.slice(1).map((time, i) => time - times[i]), 60_000);
  const body = Math.max(2, x(from + step) * 0.7);
  return (
    <svg width={width} height={height} role="img" aria-label={`${seen.length} candles`}>
      {seen.map((row) => {
        const [open, close] = [at(values.open, row), at(values.close, row)];
        const color = theme.visualization.getColorByName(close >= open ? 'green' : 'red');
        const middle = x(times[row] + step / 2);
        const volume = ((at(values.volume, row) || 0) / (biggest || 1)) * height * VOLUME;
        return (
          <g key={times[row]} fill={color} stroke={color}>
            <line x1={middle} x2={middle} y1={y(at(values.high, row))} y2={y(at(values.low, row))} />
            <rect
              x={middle - body / 2}
              width={body}
              y={y(Math.max(open, close))}
              height={Math.max(1, Math.abs(y(open) - y(close)))}
            />
            <rect x={middle - body / 2} width={body} y={height - volume} height={volume} opacity={0.4} />
          </g>
        );
      })}
      <text x={4} y={14} fill={theme.colors.text.secondary} fontSize={12}>
        {most.toFixed(2)}
      </text>
      <text x={4} y={chart} fill={theme.colors.text.secondary} fontSize={12}>
        {least.toFixed(2)}
      </text>
    </svg>
  );
}

export const candlestickPanel = new PanelPlugin(CandlestickPanel).useFieldConfig();
