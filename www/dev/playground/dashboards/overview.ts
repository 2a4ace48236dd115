import type { StreamQuery } from '../../../plugin/types';
import type { DashboardDefinition, PanelDefinition } from './definition';
import { allPumps, period, pressure, pump, temperature, vibration } from './sensors';
import { cents, price, symbol, tape, tradesOf } from './trades';

/** A number with its name above its curve. */
function stat(title: string, grid: PanelDefinition['grid'], target: StreamQuery, color: string): PanelDefinition {
  return {
    title,
    visualization: 'stat',
    grid,
    targets: [target],
    options: { textMode: 'value_and_name' },
    fieldConfig: { defaults: { decimals: 2, color: { mode: 'fixed', fixedColor: color } } },
  };
}

/** Without the last column: half the page is not wide enough for five. */
const shortTape: StreamQuery = { ...tape, fields: tape.fields?.slice(0, -1) };

/** The first thing that a visitor sees. */
export const overview: DashboardDefinition = {
  uid: 'overview',
  title: 'Live overview',
  icon: 'apps',
  from: 'now-1m',
  variables: [period, symbol],
  panels: [
    stat('Pump 1', [0, 0, 6, 4], pump(temperature), 'orange'),
    stat('Pump 1', [6, 0, 6, 4], pump(pressure), 'blue'),
    stat('Pump 1', [12, 0, 6, 4], pump(vibration), 'purple'),
    stat('Last trade, ${symbol}', [18, 0, 6, 4], tradesOf(price), 'green'),
    {
      title: 'Pump 1',
      visualization: 'timeseries',
      grid: [0, 4, 12, 9],
      targets: [pump(temperature, pressure, vibration)],
    },
    {
      title: 'Price of ${symbol}',
      visualization: 'timeseries',
      grid: [12, 4, 12, 9],
      targets: [tradesOf(price)],
      fieldConfig: { defaults: { color: { mode: 'fixed', fixedColor: 'green' } } },
    },
    {
      title: 'Service log',
      visualization: 'logs',
      grid: [0, 13, 12, 9],
      targets: [{ refId: 'A', path: '/logs?period=400', capacity: 200 }],
    },
    {
      title: 'Tape',
      visualization: 'table',
      grid: [12, 13, 12, 9],
      targets: [{ ...shortTape, capacity: 100 }],
      fieldConfig: cents,
    },
    {
      title: 'All pumps',
      visualization: 'table',
      grid: [0, 22, 24, 9],
      targets: [allPumps],
    },
  ],
};
