import {
  PanelPlugin,
  VizOrientation,
  getFieldDisplayValues,
  type FieldDisplay,
  type PanelProps,
  type ReduceDataOptions,
} from '@grafana/data';
import {
  BigValue,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  VizRepeater,
  useTheme2,
} from '@grafana/ui';
import React from 'react';
import { NoData } from './NoData';

interface StatOptions {
  reduceOptions: ReduceDataOptions;
  colorMode: BigValueColorMode;
  graphMode: BigValueGraphMode;
  textMode: BigValueTextMode;
}

function StatPanel(props: Props) {
  const { data, options, fieldConfig, replaceVariables, timeZone, timeRange, width, height, renderCounter } = props;
  const theme = useTheme2();
  const values = (): FieldDisplay[] =>
    getFieldDisplayValues({
      fieldConfig,
      reduceOptions: options.reduceOptions,
      replaceVariables,
      theme,
      data: data.series,
      sparkline: options.graphMode !== BigValueGraphMode.None,
      timeZone,
    }).map((value) => slidingSparkline(value, timeRange));

  if (!data.series.some(({ length }) => length > 0)) {
    return <NoData />;
  }
  return (
    <VizRepeater<FieldDisplay>
      source={data}
      getValues={values}
      width={width}
      height={height}
      itemSpacing={3}
      orientation={VizOrientation.Auto}
      autoGrid={true}
      renderCounter={renderCounter}
      renderValue={({ value, width, height, count }) => (
        <BigValue
          value={value.display}
          sparkline={value.sparkline}
          width={width}
          height={height}
          count={count}
          theme={theme}
          colorMode={options.colorMode}
          graphMode={options.graphMode}
          justifyMode={BigValueJustifyMode.Auto}
          textMode={options.textMode}
        />
      )}
    />
  );
}

type Props = PanelProps<StatOptions>;

/** The sparkline covers the panel's range, so that all stats of a dashboard slide together. */
function slidingSparkline(value: FieldDisplay, timeRange: Props['timeRange']): FieldDisplay {
  return value.sparkline ? { ...value, sparkline: { ...value.sparkline, timeRange } } : value;
}

const defaults: StatOptions = {
  reduceOptions: { calcs: ['lastNotNull'], values: false },
  colorMode: BigValueColorMode.Value,
  graphMode: BigValueGraphMode.Area,
  textMode: BigValueTextMode.Auto,
};

export const statPanel = new PanelPlugin<StatOptions>(StatPanel)
  .setPanelOptions((builder) => {
    for (const [path, defaultValue] of Object.entries(defaults)) {
      builder.addCustomEditor({ id: path, path: path as never, name: path, editor: () => null, defaultValue });
    }
  })
  .useFieldConfig();
