import { FieldType, PanelPlugin, type DataFrame, type Field, type PanelProps } from '@grafana/data';
import { GraphGradientMode, SortOrder, TooltipDisplayMode } from '@grafana/schema';
import { TimeSeries, TooltipPlugin, ZoomPlugin, usePanelContext } from '@grafana/ui';
import React, { useMemo } from 'react';
import { asGraph, type GraphOptions } from './graph';
import { NoData } from './NoData';

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

function TimeSeriesPanel(props: PanelProps<GraphOptions>) {
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

export const timeSeriesPanel = asGraph(new PanelPlugin<GraphOptions>(TimeSeriesPanel), {
  fillOpacity: 8,
  gradientMode: GraphGradientMode.Opacity,
});
