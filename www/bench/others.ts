// What Freshet is measured against.
import { CircularDataFrame, FieldType, StreamingDataFrame } from '@grafana/data';
import perspective from '@finos/perspective/dist/esm/perspective.inline.js';
import type { Batch, Row } from './messages';

type Texts = Pick<Batch<string>, 'data'>;

const capacity = 1000;

function rowsOf(message: string): Row[] {
  const parsed: Row | Row[] = JSON.parse(message);
  return Array.isArray(parsed) ? parsed : [parsed];
}

/** The pipeline of Grafana's tutorial: JSON.parse and a CircularDataFrame. */
export function tutorial() {
  const frame = new CircularDataFrame({ append: 'tail', capacity });
  frame.refId = 'A';
  frame.addField({ name: 'time', type: FieldType.time });
  frame.addField({ name: 'value', type: FieldType.number });
  return {
    frame,
    take({ data }: Texts) {
      for (const message of data) {
        for (const row of rowsOf(message)) {
          frame.add(row);
        }
      }
    },
  };
}

/** Grafana Live's frame: JSON.parse, then one push of columns per message. */
export function streamingFrame() {
  const frame = StreamingDataFrame.empty({ maxLength: capacity });
  const schema = {
    fields: [
      { name: 'time', type: FieldType.time },
      { name: 'value', type: FieldType.number },
    ],
  };
  frame.push({ schema, data: { values: [[], []] } });
  return {
    take({ data }: Texts) {
      for (const message of data) {
        const rows = rowsOf(message);
        frame.push({ data: { values: [rows.map((row) => row.time), rows.map((row) => row.value)] } });
      }
    },
  };
}

/** The floor of everything written in JavaScript. */
export function parseOnly() {
  let kept: unknown;
  return {
    take({ data }: Texts) {
      for (const message of data) {
        kept = JSON.parse(message);
      }
      return kept;
    },
  };
}

/** Perspective's table with a row limit; it takes arrays of rows as text. */
export async function perspectiveTable() {
  const worker = await perspective.worker();
  const table = await worker.table({ time: 'datetime', value: 'float' }, { limit: capacity });
  return {
    async take({ data }: Texts) {
      for (const message of data) {
        await table.update(message, { format: 'json' });
      }
      await table.size();
    },
    stop: () => table.delete(),
  };
}
