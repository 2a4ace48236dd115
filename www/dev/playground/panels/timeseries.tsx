import { FieldType, PanelPlugin, type DataFrame, type Field, type PanelProps } from '@grafana/data';
import {
  GraphGradientMode,
  LegendDisplayMode,
  LineInterpolation,
  SortOrder,
  TooltipDisplayMode,
  VisibilityMode,
  type VizLegendOptions,
} from '@grafana/schema';
import { TimeSeries, TooltipPlugin, ZoomPlugin, usePanelContext } from '@grafana/ui';
import React, { useMemo } from 'react';
import { fieldOption } from '../host/standardFields';
import { NoData } from './NoData';

interface TimeSeriesOptions {
  legend: VizLegendOptions;
}

/** As Grafana's panel does: a chart has no place for NaN and infinities, and a switch is drawn as 0 and 1. */
function drawable(field: Field): Field | null {
  switch (field.type) {
    case FieldType.time:
      return field;
    case FieldType.number:
      return { ...field, values: field.values.map((value) => (Number.isFinite(value) ? value : null)) };
    case FieldType.boolean:
      return {
        ...field,
        type: FieldType.number,
        values: field.values.map((value) => (value === null ? null : Number(value))),
      };
    default:
      return null;
  }
}

function drawableFrames(series: DataFrame[]): DataFrame[] {
  return series
    .map((frame) => ({ ...frame, fields: frame.fields.map(drawable).filter((field) => field !== null) }))
    .filter(({ fields }) => fields.some(isTime) && fields.some((field) => !isTime(field)));
}

const isTime = ({ type }: Field) => type === FieldType.time;

function TimeSeriesPanel(props: PanelProps<TimeSeriesOptions>) {
  const { data, timeRange, timeZone, width, height, options, onChangeTimeRange } = props;
  const { sync } = usePanelContext();
  const frames = useMemo(() => drawableFrames(data.series), [data.series]);
  if (frames.length === 0) {
    return (
      <NoData text={data.series.some(({ length }) => length > 0) ? 'Data is missing a number field' : undefined} />
    );
  }
  return (
    <TimeSeries
      frames={frames}
      structureRev={data.structureRev}
      timeRange={timeRange}
      timeZone={timeZone}
      width={width}
      height={height}
      legend={options.legend}
      options={options}
    >
      {(config, alignedFrame) => (
        <>
          <ZoomPlugin config={config} onZoom={onChangeTimeRange} />
          <TooltipPlugin
            data={alignedFrame}
            frames={frames}
            config={config}
            mode={TooltipDisplayMode.Multi}
            sortOrder={SortOrder.None}
            sync={sync}
            timeZone={timeZone}
          />
        </>
      )}
    </TimeSeries>
  );
}

const customDefaults = {
  drawStyle: 'line',
  lineInterpolation: LineInterpolation.Linear,
  lineWidth: 1,
  fillOpacity: 8,
  gradientMode: GraphGradientMode.Opacity,
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

export const timeSeriesPanel = new PanelPlugin<TimeSeriesOptions>(TimeSeriesPanel)
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
