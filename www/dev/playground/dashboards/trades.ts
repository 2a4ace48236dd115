import type { FieldSelector, StreamQuery } from '../../../plugin/types';
import type { PanelDefinition, VariableDefinition } from './definition';

const tradeTime: FieldSelector = { path: '$.T', name: 'time', role: 'time', timeFormat: 'ms' };
export const price: FieldSelector = { path: '$.p', name: 'Price', type: 'number', unit: 'locale' };
export const quantity: FieldSelector = { path: '$.q', name: 'Quantity', type: 'number' };

/** Prices with cents, whatever panel they stand in. */
export const cents: PanelDefinition['fieldConfig'] = {
  overrides: [{ matcher: { id: 'byName', options: 'Price' }, properties: [{ id: 'decimals', value: 2 }] }],
};

const control = (method: string) => `{"method":"${method}","params":["\${symbol}@trade"],"id":1}`;

/** An exchange's feed: silent until it is subscribed to, numbers written as strings. */
export function tradesOf(...fields: FieldSelector[]): StreamQuery {
  return {
    refId: 'A',
    path: '/trades?period=50',
    subscribe: control('SUBSCRIBE'),
    unsubscribe: control('UNSUBSCRIBE'),
    fields: [tradeTime, ...fields],
  };
}

export const tape = tradesOf({ path: '$.s', name: 'Symbol', type: 'string' }, price, quantity, {
  path: '$.m',
  name: 'Buyer is maker',
  type: 'boolean',
});

export const symbol: VariableDefinition = {
  name: 'symbol',
  label: 'Symbol',
  query: 'btcusdt,ethusdt,bnbusdt,solusdt',
  value: 'btcusdt',
};
