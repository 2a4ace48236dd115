import {
  FieldType,
  PanelPlugin,
  formattedValueToString,
  getFieldDisplayName,
  type DataFrame,
  type Field,
  type PanelProps,
} from '@grafana/data';
import { useTheme2 } from '@grafana/ui';
import React, { useMemo } from 'react';
import { NoData } from './NoData';

/** A value and how long it held. */
interface Spell {
  from: number;
  to: number;
  value: unknown;
}

interface Lane {
  name: string;
  field: Field;
  spells: Spell[];
}

/** What Grafana's panel draws: texts, booleans and numbers over a time. */
const DRAWN = [FieldType.string, FieldType.boolean, FieldType.number];

/** Equal values in a row are one spell; it holds until the next begins, the last until `now`. */
function spellsOf(times: number[], values: unknown[], now: number): Spell[] {
  const spells: Spell[] = [];
  values.forEach((value, row) => {
    const last = spells.at(-1);
    if (value === null || value === undefined || last?.value === value) {
      return;
    }
    if (last) {
      last.to = times[row];
    }
    spells.push({ from: times[row], to: now, value });
  });
  return spells;
}

function lanesOf(series: DataFrame[], now: number): Lane[] {
  return series.flatMap((frame) => {
    const time = frame.fields.find(({ type }) => type === FieldType.time);
    const drawn = frame.fields.filter(({ type }) => DRAWN.includes(type));
    return time
      ? drawn.map((field) => ({
          name: getFieldDisplayName(field, frame, series),
          field,
          spells: spellsOf(time.values, field.values, now),
        }))
      : [];
  });
}

const LABELS = 180;

function StateTimelinePanel({ data, timeRange, width, height }: PanelProps) {
  const theme = useTheme2();
  const [from, to] = [timeRange.from.valueOf(), timeRange.to.valueOf()];
  const lanes = useMemo(() => lanesOf(data.series, to), [data.series, to]);
  if (!lanes.some(({ spells }) => spells.length > 0)) {
    return <NoData />;
  }
  const x = (time: number) => LABELS + (Math.max(0, time - from) / (to - from)) * (width - LABELS);
  const lane = height / lanes.length;
  return (
    <svg width={width} height={height} role="img" aria-label={`states of ${lanes.length}`} fontSize={12}>
      {lanes.map(({ name, field, spells }, index) => (
        <g key={name} transform={`translate(0 ${index * lane})`}>
          <text x={LABELS - 8} y={lane / 2 + 4} textAnchor="end" fill={theme.colors.text.primary}>
            {name.length > 26 ? `…${name.slice(-25)}` : name}
          </text>
          {spells
            .filter((spell) => spell.to > from)
            .map((spell) => {
              const shown = field.display?.(spell.value);
              const wide = x(spell.to) - x(spell.from);
              return (
                <g key={spell.from}>
                  <rect
                    x={x(spell.from)}
                    y={lane * 0.1}
                    width={wide}
                    height={lane * 0.8}
                    fill={shown?.color}
                    opacity={0.8}
                  />
                  {wide > 50 && (
                    <text x={x(spell.from) + 6} y={lane / 2 + 4} fill={theme.colors.text.primary}>
                      {shown ? formattedValueToString(shown) : String(spell.value)}
                    </text>
                  )}
                </g>
              );
            })}
        </g>
      ))}
    </svg>
  );
}

export const stateTimelinePanel = new PanelPlugin(StateTimelinePanel).useFieldConfig();
