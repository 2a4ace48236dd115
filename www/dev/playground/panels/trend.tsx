import { FieldType, PanelPlugin, type DataFrame, type Field, type PanelProps } from '@grafana/data';
import { TimeSeries } from '@grafana/ui';
import React, { useMemo } from 'react';
import { asGraph, type GraphOptions } from './graph';
import { NoData } from './NoData';

interface TrendOptions extends GraphOptions {
  xField?: string;
}

/** Numbers over another number: one frame, whose field `xField`, or else first number, rises. Otherwise what is wrong. */
function trendOf(series: DataFrame[], xField: string | undefined): DataFrame | string {
  if (series.length > 1) {
    return 'Only one frame is supported, consider adding a join transformation';
  }
  const numbers = (series[0]?.fields ?? []).filter(({ type }) => type === FieldType.number);
  const x = xField === undefined ? numbers[0] : numbers.find(({ name }) => name === xField);
  const lines = numbers.filter((field) => field !== x);
  if (!x || lines.length === 0 || x.values.length === 0) {
    return 'No data';
  }
  if (x.values.some((value, i) => i > 0 && !(value > x.values[i - 1]))) {
    return 'Values must be in ascending order';
  }
  // By its origin the legend finds a field.
  const fields = [x, ...lines].map((field, fieldIndex) => ({
    ...field,
    state: { ...field.state, origin: { frameIndex: 0, fieldIndex } },
  }));
  return { ...series[0], fields };
}

function spoken([x, ...lines]: Field[]): string {
  const count = ({ name, values }: Field) => `${values.filter((value) => Number.isFinite(value)).length} of ${name}`;
  return `Over ${x.name}: ${lines.map(count).join(', ')}`;
}

function TrendPanel({ data, timeRange, timeZone, width, height, options }: PanelProps<TrendOptions>) {
  const frame = useMemo(() => trendOf(data.series, options.xField), [data.series, options.xField]);
  const frames = useMemo(() => (typeof frame === 'string' ? [] : [frame]), [frame]);
  if (typeof frame === 'string') {
    return <NoData text={frame} />;
  }
  return (
    <div role="img" aria-label={spoken(frame.fields)}>
      <TimeSeries
        frames={frames}
        structureRev={data.structureRev}
        preparePlotFrame={([only]) => only}
        timeRange={timeRange}
        timeZone={timeZone}
        width={width}
        height={height}
        legend={options.legend}
        options={options}
      />
    </div>
  );
}

export const trendPanel = asGraph(new PanelPlugin<TrendOptions>(TrendPanel));
