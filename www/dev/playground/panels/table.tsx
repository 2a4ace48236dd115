import { css } from '@emotion/css';
import { FieldType, PanelPlugin, getFrameDisplayName, type DataFrame, type PanelProps } from '@grafana/data';
import { Combobox, useStyles2, type TableSortByFieldState } from '@grafana/ui';
import React, { useMemo, useState } from 'react';
import { fieldOption } from '../host/standardFields';
import { TableNG } from '../host/versions';
import { NoData } from './NoData';

interface TableOptions {
  /** A live table is read from the top: newest row first. */
  newestFirst: boolean;
  /** Grafana's own option: by which column, if it is to be sorted. */
  sortBy?: TableSortByFieldState[];
}

const pickerHeight = 40;

function newestFirst(frame: DataFrame): DataFrame {
  const time = frame.fields.find(({ type }) => type === FieldType.time);
  if (!time) {
    return frame;
  }
  return { ...frame, fields: frame.fields.map((field) => ({ ...field, values: [...field.values].reverse() })) };
}

/** Wide enough for a date with milliseconds. */
const timeWidth = 190;

function withTimeWidth(frame: DataFrame): DataFrame {
  const fields = frame.fields.map((field) => {
    const custom = { width: timeWidth, ...field.config.custom };
    return field.type === FieldType.time ? { ...field, config: { ...field.config, custom } } : field;
  });
  return { ...frame, fields };
}

function TablePanel({ data, width, height, options, fieldConfig, timeRange, transparent }: PanelProps<TableOptions>) {
  const styles = useStyles2(pickerStyles);
  const [selected, setSelected] = useState(0);
  const frame = data.series[selected] ?? data.series[0];
  const shown = useMemo(
    () => frame && withTimeWidth(options.newestFirst && !options.sortBy ? newestFirst(frame) : frame),
    [frame, options.newestFirst, options.sortBy]
  );
  if (!shown || shown.fields.length === 0) {
    return <NoData />;
  }
  const several = data.series.length > 1;
  return (
    <>
      <TableNG
        data={shown}
        width={width}
        height={several ? height - pickerHeight : height}
        structureRev={data.structureRev}
        sortBy={options.sortBy}
        fieldConfig={fieldConfig}
        timeRange={timeRange}
        transparent={transparent}
        enableVirtualization={true}
        resizable={true}
      />
      {several && (
        <div className={styles}>
          <Combobox
            aria-label="Frame"
            options={data.series.map((each, value) => ({ value, label: frameLabel(each, value) }))}
            value={data.series.indexOf(frame)}
            onChange={({ value }) => setSelected(value)}
          />
        </div>
      )}
    </>
  );
}

function frameLabel(frame: DataFrame, index: number): string {
  return frame.refId ? `${frame.refId}: ${getFrameDisplayName(frame, index)}` : getFrameDisplayName(frame, index);
}

const pickerStyles = () => css({ height: pickerHeight, paddingTop: 8 });

const customDefaults = {
  align: 'auto',
  width: undefined,
  minWidth: undefined,
  inspect: false,
  filterable: false,
  cellOptions: { type: 'auto' },
  hideFrom: undefined,
  wrapText: false,
};

export const tablePanel = new PanelPlugin<TableOptions>(TablePanel)
  .setPanelOptions((builder) => {
    builder.addCustomEditor({
      id: 'newestFirst',
      path: 'newestFirst',
      name: 'Newest row first',
      editor: () => null,
      defaultValue: true,
    });
  })
  .useFieldConfig({
    useCustomConfig: (builder) => {
      for (const [id, defaultValue] of Object.entries(customDefaults)) {
        builder.addCustomEditor(fieldOption(id, { defaultValue }));
      }
    },
  });
