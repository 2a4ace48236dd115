import type { FieldSelector, StreamQuery } from '../../../plugin/types';

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
