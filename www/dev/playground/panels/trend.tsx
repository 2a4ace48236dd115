import { FieldType, PanelPlugin, type DataFrame, type Field, type PanelProps } from '@grafana/data';
import {
  GraphGradientMode,
  LegendDisplayMode,
  LineInterpolation,
  VisibilityMode,
  type VizLegendOptions,
} from '@grafana/schema';
import { TimeSeries } from '@grafana/ui';
import React, { useMemo } from 'react';
import { fieldOption } from '../host/standardFields';
import { NoData } from './NoData';

interface TrendOptions {
  xField?: string;
  legend: VizLegendOptions;
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

const customDefaults = {
  drawStyle: 'line',
  lineInterpolation: LineInterpolation.Linear,
  lineWidth: 1,
  fillOpacity: 0,
  gradientMode: GraphGradientMode.None,
  showPoints: VisibilityMode.Never,
  pointSize: 4,
  spanNulls: false,
  axisPlacement: 'auto',
  axisLabel: '',
  axisBorderShow: false,
  axisSoftMin: undefined,
  axisSoftMax: undefined,
  axisWidth: undefined,
  scaleDistribution: undefined,
  stacking: undefined,
  hideFrom: { viz: false, legend: false, tooltip: false },
};

const legend: VizLegendOptions = {
  showLegend: true,
  displayMode: LegendDisplayMode.List,
  placement: 'bottom',
  calcs: [],
};

export const trendPanel = new PanelPlugin<TrendOptions>(TrendPanel)
  .setPanelOptions((builder) => {
    builder.addCustomEditor({ id: 'legend', path: 'legend', name: 'legend', editor: () => null, defaultValue: legend });
  })
  .useFieldConfig({
    standardOptions: { color: { defaultValue: { mode: 'palette-classic' } } },
    useCustomConfig: (builder) => {
      for (const [id, defaultValue] of Object.entries(customDefaults)) {
        builder.addCustomEditor(fieldOption(id, { defaultValue }));
      }
    },
  });
