import { type DataFrame, type DataQueryResponse, type DataSourceInstanceSettings, FieldType } from '@grafana/data';
import { CustomVariable, EmbeddedScene, QueryVariable, SceneFlexLayout, SceneVariableSet } from '@grafana/scenes';
import { lastValueFrom, of, timeout } from 'rxjs';

import { FreshetDataSource } from '../datasource';
import type { StreamRequest } from '../engine/types';
import { EngineHost } from '../engine/host';
import { EngineDouble } from '../../test/support/engineDouble';
import { hostScenes } from '../../test/support/sceneHost';
import type { FreshetOptions, VariableQuery } from '../types';
import { asVariableQuery } from './variableQuery';
import { FreshetVariableSupport } from '.';

/** The answer of the engine to a finite query: one table, with the state Done. */
function answer(values: unknown[], meta: DataFrame['meta'] = {}): DataQueryResponse {
  const fields = [
    { name: 'Time', type: FieldType.time, config: {}, values: values.map((_, i) => i) },
    { name: 'value', type: FieldType.string, config: {}, values },
  ];
  return { data: [{ refId: 'V', fields, length: values.length, meta }], state: 'Done' } as DataQueryResponse;
}

/** What the support asks of the data source for a query of a variable, and what it makes of the answer. */
async function run(query: unknown, response: DataQueryResponse = answer([]), scopedVars = {}) {
  const asked: StreamRequest[] = [];
  const datasource = {
    query: (request: StreamRequest) => {
      asked.push(request);
      return of(response);
    },
  };
  // Grafana takes the function off the object.
  const { query: bare } = new FreshetVariableSupport(datasource);
  const request = { requestId: 'Q', targets: [query], scopedVars } as unknown as Parameters<typeof bare>[0];
  return { asked, packet: await lastValueFrom(bare(request)) };
}

const options = ({ data }: DataQueryResponse) => data[0].fields[0].values;

beforeEach(() => hostScenes({} as FreshetDataSource));

describe('what is asked of the engine', () => {
  it('is one answer, gathered for a time, with a row for each value', async () => {
    const query: VariableQuery = {
      refId: 'V',
      path: '/sensors',
      params: { subject: 'plant.>' },
      subscribe: 'go',
      format: 'csv',
      csv: { separator: ';' },
      field: '$.device',
      collectFor: '5s',
    };
    const { asked } = await run(query);
    expect(asked).toEqual([
      {
        requestId: 'Q',
        scopedVars: {},
        finite: true,
        collectMs: 5000,
        targets: [
          {
            refId: 'V',
            path: '/sensors',
            params: { subject: 'plant.>' },
            subscribe: 'go',
            format: 'csv',
            csv: { separator: ';' },
            fields: [{ path: '$.device', name: 'value', type: 'string' }],
            view: 'table',
            mode: 'upsert',
            keys: ['$.device'],
            capacity: 1000,
          },
        ],
      },
    ]);
  });

  it.each([undefined, '', ' '])('gathers for two seconds when the query says "%s"', async (collectFor) => {
    expect((await run({ refId: 'V', field: '$.a', collectFor })).asked[0].collectMs).toBe(2000);
  });

  it('gathers for as long as a variable says', async () => {
    const scopedVars = { wait: { text: '700ms', value: '700ms' } };
    const { asked } = await run({ refId: 'V', field: '$.a', collectFor: '$wait' }, answer([]), scopedVars);
    expect(asked[0].collectMs).toBe(700);
  });

  it.each([
    [{ field: '$.a', collectFor: '$nowhere' }, '"$nowhere" contains a variable that this dashboard does not have.'],
    [{ field: '$.a', collectFor: '1h' }, '"1h" is out of bounds. Use a duration from 100ms to 1m, such as 5s.'],
    [{ path: '/a' }, 'The variable has no field to list. Choose one by its path, such as $.device.'],
    ['', 'The variable has no field to list. Choose one by its path, such as $.device.'],
  ])('is nothing for %j, with a message', async (query, message) => {
    await expect(run(query)).rejects.toThrow(message);
  });
});

describe('the query as it is stored', () => {
  it.each([
    ['', { refId: 'variable' }],
    ['$.device', { refId: 'variable', field: '$.device' }],
    ["$['a b']", { refId: 'variable', field: "$['a b']" }],
    ['$', { refId: 'variable', field: '$' }],
    ['/sensors', { refId: 'variable', path: '/sensors' }],
    ['$site/sensors', { refId: 'variable', path: '$site/sensors' }],
  ])('may be the text "%s"', (text, query) => {
    expect(asVariableQuery(text)).toEqual(query);
  });

  it("may be a panel's query, whose first field it lists", () => {
    const panel = { refId: 'A', path: '/a', fields: [{ path: '$.device' }, { path: '$.b' }], capacity: 50 };
    expect(asVariableQuery(panel)).toEqual({ refId: 'A', path: '/a', field: '$.device' });
  });

  it('is given a refId when it has none', () => {
    expect(asVariableQuery({ field: '$.a' } as VariableQuery)).toEqual({ refId: 'variable', field: '$.a' });
  });
});

describe('the options', () => {
  it.each([
    ['each value once, without null', ['b', 'a', 'b', null, undefined, 'a'], ['a', 'b']],
    ['numbers in their order', ['10', '9', '-1', '2.5', '1e3'], ['-1', '2.5', '9', '10', '1e3']],
    ['numbers before texts', ['a', '10', '', '9'], ['9', '10', '', 'a']],
    ['digits in a text by their number', ['pump-10', 'pump-2'], ['pump-2', 'pump-10']],
    ['numbers that the engine did not make a text of', [10, 9], ['9', '10']],
  ])('are %s', async (_, values, expected) => {
    const { packet } = await run({ refId: 'V', field: '$.a' }, answer(values));
    expect(packet.state).toBe('Done');
    expect(options(packet)).toEqual(expected);
  });

  it('are none when the feed was silent', async () => {
    const { packet } = await run({ refId: 'V', field: '$.a' }, answer([]));
    expect(options(packet)).toEqual([]);
  });

  it("are the engine's warning when there are none because of it", async () => {
    const notices = [
      { severity: 'info' as const, text: 'Connecting.' },
      { severity: 'warning' as const, text: 'The connection was refused.' },
    ];
    await expect(run({ refId: 'V', field: '$.a' }, answer([], { notices }))).rejects.toThrow(
      'The connection was refused.'
    );
    expect(options((await run({ refId: 'V', field: '$.a' }, answer(['x'], { notices }))).packet)).toEqual(['x']);
  });
});

describe("Grafana's query variable", () => {
  const engine = new EngineDouble();
  const settings = { uid: 'u', name: 'Feed', type: 'freshet', access: 'direct', url: 'ws://feed', jsonData: {} };

  async function load(query: unknown, respond: () => void) {
    const datasource = new FreshetDataSource(
      settings as DataSourceInstanceSettings<FreshetOptions>,
      new EngineHost(async () => engine)
    );
    hostScenes(datasource);
    const variable = new QueryVariable({ name: 'device', datasource: { uid: 'u' }, query: query as VariableQuery });
    const site = new CustomVariable({ name: 'site', query: 'north', value: 'north', text: 'north' });
    new EmbeddedScene({
      $variables: new SceneVariableSet({ variables: [site, variable] }),
      body: new SceneFlexLayout({ children: [] }),
    });
    const done = lastValueFrom(variable.validateAndUpdate().pipe(timeout(4000)));
    const settled = done.then(
      () => undefined,
      (error: Error) => error
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    respond();
    return { error: await settled, options: variable.state.options };
  }

  const last = () => engine.streams[engine.streams.length - 1];
  const respond = (values: unknown[]) => () => {
    last().subscriber.next(answer(values));
    last().subscriber.complete();
  };

  it('has the values for options, in the scope of the dashboard', async () => {
    const query = { refId: 'V', path: '/$site', field: '$.device' };
    const { options, error } = await load(query, respond(['b', 'a', null, 'b']));
    expect(error).toBeUndefined();
    expect(options.map(({ label, value }) => [label, value])).toEqual([
      ['a', 'a'],
      ['b', 'b'],
    ]);
    expect(last().request).toMatchObject({ finite: true, collectMs: 2000, targets: [{ path: '/north' }] });
  });

  it('tolerates a query that is a text', async () => {
    expect((await load('$.device', respond(['x']))).options.map(({ value }) => value)).toEqual(['x']);
  });

  it('shows why it has no options', async () => {
    const { error } = await load({ refId: 'V' }, () => undefined);
    expect(error?.message).toBe('The variable has no field to list. Choose one by its path, such as $.device.');
  });
});
