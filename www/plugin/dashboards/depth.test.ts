import {
  FieldType,
  standardTransformers,
  standardTransformersRegistry,
  toDataFrame,
  transformDataFrame,
} from '@grafana/data';
import { firstValueFrom } from 'rxjs';
import trades from './trades.json';

const byId = new Map(Object.values(standardTransformers).map((each) => [each.id, each]));

beforeAll(() => {
  standardTransformersRegistry.setInit(() =>
    [...byId.values()].map((each) => ({
      id: each.id,
      name: each.name,
      transformation: async () => each,
      editor: () => null,
      imageDark: '',
      imageLight: '',
    }))
  );
});

/** One side of the book as its query makes it: rows in the order in which prices first appeared. */
function side(refId: string, levels: Array<[price: number, quantity: number]>) {
  return toDataFrame({
    refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: levels.map(() => 1_700_000_000_000) },
      { name: 'Price', type: FieldType.number, values: levels.map(([price]) => price) },
      { name: 'Quantity', type: FieldType.number, values: levels.map(([, quantity]) => quantity) },
    ],
  });
}

async function depthOf(...frames: Array<ReturnType<typeof side>>) {
  const transformations = trades.panels.find(({ title }) => title === 'Depth')?.transformations ?? [];
  const series = await firstValueFrom(transformDataFrame(transformations, frames));
  return series.map(({ fields }) => fields.map(({ name, type, values }) => ({ name, type, values })));
}

it('adds up each side from the best price on, over prices that rise, in one frame as the panel asks for', async () => {
  const bids = side('A', [
    [99.5, 2],
    [100, 1],
    [99, 4],
  ]);
  const asks = side('B', [
    [101.5, 3],
    [101, 0.5],
    [102, 1],
  ]);
  const [fields, ...others] = await depthOf(bids, asks);
  expect(others).toEqual([]);
  const none = undefined;
  expect(fields).toEqual([
    { name: 'Price', type: FieldType.number, values: [99, 99.5, 100, 101, 101.5, 102] },
    { name: 'Bids', type: FieldType.number, values: [7, 3, 1, none, none, none] },
    { name: 'Asks', type: FieldType.number, values: [none, none, none, 0.5, 3.5, 4.5] },
  ]);
});
