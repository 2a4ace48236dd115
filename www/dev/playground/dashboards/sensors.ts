import type { FieldSelector, StreamQuery } from '../../../plugin/types';
import type { DashboardDefinition } from './definition';

const time: FieldSelector = { path: '$.ts', name: 'time', role: 'time', timeFormat: 'ms' };

export const temperature: FieldSelector = {
  path: '$.readings.temperature',
  name: 'Temperature',
  type: 'number',
  unit: 'celsius',
};
export const pressure: FieldSelector = {
  path: '$.readings.pressure',
  name: 'Pressure',
  type: 'number',
  unit: 'pressurebar',
};
export const vibration: FieldSelector = {
  path: '$.readings.vibration',
  name: 'Vibration',
  type: 'number',
  unit: 'suffix:mm/s',
};

/** One machine of the sensor feed. */
export function pump(...fields: FieldSelector[]): StreamQuery {
  return { refId: 'A', path: '/sensors?period=${period}&devices=1', fields: [time, ...fields] };
}

/** Every machine of the sensor feed, row by row. */
export const allPumps: StreamQuery = {
  refId: 'A',
  path: '/sensors?period=${period}&devices=3',
  capacity: 100,
  fields: [
    time,
    { path: '$.device', name: 'Device', type: 'string' },
    { path: '$.site.name', name: 'Site', type: 'string' },
    { path: '$.site.line', name: 'Line', type: 'number' },
    temperature,
    pressure,
    vibration,
    { path: '$.ok', name: 'OK', type: 'boolean' },
  ],
};

export const period = { name: 'period', label: 'Period (ms)', query: '50,100,200,500,1000', value: '100' };

export const sensors: DashboardDefinition = {
  uid: 'sensors',
  title: 'Pump station',
  icon: 'chart-line',
  from: 'now-1m',
  variables: [period],
  panels: [
    {
      title: 'Pump 1: temperature',
      visualization: 'timeseries',
      grid: [0, 0, 12, 8],
      targets: [pump(temperature)],
    },
    {
      title: 'Pump 1: pressure',
      visualization: 'timeseries',
      grid: [12, 0, 12, 8],
      targets: [pump(pressure)],
    },
    {
      title: 'Pump 1: vibration',
      visualization: 'timeseries',
      grid: [0, 8, 12, 8],
      targets: [pump(vibration)],
    },
    {
      title: 'Fields inferred from the messages',
      description: 'No field is chosen here: nested objects are flattened with dots.',
      visualization: 'stat',
      grid: [12, 8, 12, 8],
      targets: [{ refId: 'A', path: '/sensors?period=${period}&devices=1' }],
    },
    {
      title: 'All pumps',
      visualization: 'table',
      grid: [0, 16, 24, 10],
      targets: [allPumps],
    },
  ],
};
