import { PanelPlugin, type DataFrame, type PanelProps } from '@grafana/data';
import { useTheme2 } from '@grafana/ui';
import React, { useMemo } from 'react';
import { NoData } from './NoData';

/** The names by which Grafana's panel finds where something is. */
const LATITUDE = ['latitude', 'lat'];
const LONGITUDE = ['longitude', 'lon', 'lng'];

interface Marker {
  key: string;
  lat: number;
  lon: number;
  course: number;
  label: string;
  color: string;
}

interface GeomapOptions {
  layers?: Array<{
    filterData?: { options?: string };
    config?: { style?: { color?: { fixed?: string }; text?: { field?: string }; rotation?: { field?: string } } };
  }>;
}

function markersOf(frame: DataFrame, { layers = [] }: GeomapOptions): Marker[] {
  const named = (...names: Array<string | undefined>) =>
    frame.fields.find(({ name }) => names.some((wanted) => wanted?.toLowerCase() === name.toLowerCase()));
  const [lat, lon] = [named(...LATITUDE), named(...LONGITUDE)];
  if (!lat || !lon) {
    return [];
  }
  const style = layers.find(({ filterData }) => filterData?.options === frame.refId)?.config?.style;
  const [label, course] = [named(style?.text?.field), named(style?.rotation?.field)];
  return Array.from({ length: frame.length }, (_, row) => ({
    key: `${frame.refId} ${row}`,
    lat: lat.values[row],
    lon: lon.values[row],
    course: course?.values[row] ?? 0,
    label: label?.values[row] ?? '',
    color: style?.color?.fixed ?? 'blue',
  })).filter((marker) => Number.isFinite(marker.lat) && Number.isFinite(marker.lon));
}

/** Where things are, without the map below: tiles would have to come from a server of others. */
function GeomapPanel({ data, options, width, height }: PanelProps<GeomapOptions>) {
  const theme = useTheme2();
  const markers = useMemo(() => data.series.flatMap((frame) => markersOf(frame, options)), [data.series, options]);
  if (markers.length === 0) {
    return <NoData />;
  }
  const [lats, lons] = [markers.map(({ lat }) => lat), markers.map(({ lon }) => lon)];
  const [south, north, west, east] = [Math.min(...lats), Math.max(...lats), Math.min(...lons), Math.max(...lons)];
  const pad = 40;
  const x = (lon: number) => pad + ((lon - west) / (east - west || 1)) * (width - 2 * pad);
  const y = (lat: number) => pad + ((north - lat) / (north - south || 1)) * (height - 2 * pad);
  const degrees = (least: number, most: number) =>
    Array.from({ length: Math.floor(most) - Math.ceil(least) + 1 }, (_, i) => Math.ceil(least) + i);
  return (
    <svg width={width} height={height} role="img" aria-label={`${markers.length} places`}>
      {degrees(west, east).map((lon) => (
        <g key={`lon ${lon}`} stroke={theme.colors.border.weak} fill={theme.colors.text.disabled} fontSize={11}>
          <line x1={x(lon)} x2={x(lon)} y1={0} y2={height} />
          <text x={x(lon) + 3} y={height - 4} stroke="none">{`${lon}° E`}</text>
        </g>
      ))}
      {degrees(south, north).map((lat) => (
        <g key={`lat ${lat}`} stroke={theme.colors.border.weak} fill={theme.colors.text.disabled} fontSize={11}>
          <line x1={0} x2={width} y1={y(lat)} y2={y(lat)} />
          <text x={3} y={y(lat) - 3} stroke="none">{`${lat}° N`}</text>
        </g>
      ))}
      {markers.map(({ key, lat, lon, course, label, color }) => (
        <g key={key} transform={`translate(${x(lon)} ${y(lat)})`}>
          <path
            d="M0 -8 L5 6 L-5 6 Z"
            transform={`rotate(${course})`}
            fill={theme.visualization.getColorByName(color)}
          />
          <text y={20} textAnchor="middle" fontSize={11} fill={theme.colors.text.primary}>
            {label}
          </text>
        </g>
      ))}
    </svg>
  );
}

export const geomapPanel = new PanelPlugin<GeomapOptions>(GeomapPanel).useFieldConfig();
