import { type DataFrame, type DataQueryResponse, type DataSourceInstanceSettings, FieldType } from '@grafana/data';
import { dataLayers, EmbeddedScene, SceneDataLayerSet, SceneFlexLayout, SceneTimeRange } from '@grafana/scenes';
import { render, screen } from '@testing-library/react';
import React from 'react';

import { FreshetDataSource } from './datasource';
import { AnnotationQueryEditor } from './editors/query/AnnotationQueryEditor';
import { EngineHost } from './engine/host';
import { EngineDouble } from '../test/support/engineDouble';
import { hostScenes } from '../test/support/sceneHost';
import type { FreshetOptions, StreamQuery } from './types';

const SETTINGS = {
  uid: 'u',
  name: 'Feed',
  type: 'freshet-websocket-datasource',
  access: 'direct',
  url: 'ws://feed',
  jsonData: {},
} as unknown as DataSourceInstanceSettings<FreshetOptions>;

let engine: EngineDouble;
let datasource: FreshetDataSource;

beforeEach(() => {
  engine = new EngineDouble();
  datasource = new FreshetDataSource(SETTINGS, new EngineHost(async () => engine));
});

const column = (name: string, type: FieldType, values: unknown[]) => ({ name, type, config: {}, values });

function packet(fields: DataFrame['fields']): DataQueryResponse {
  return { data: [{ refId: 'Anno', fields, length: fields[0].values.length }], key: 'k', state: 'Streaming' } as never;
}

const settle = (ms = 20) => new Promise((resolve) => setTimeout(resolve, ms));

/** Grafana's own layer of annotations on a dashboard. */
async function annotate(target?: Partial<StreamQuery>) {
  hostScenes(datasource);
  const layer = new dataLayers.AnnotationsDataLayer({
    name: 'Events',
    query: {
      name: 'Events',
      enable: true,
      iconColor: 'red',
      datasource: { uid: 'u' },
      ...(target && { target: { refId: 'Anno', ...target } }),
    } as ConstructorParameters<typeof dataLayers.AnnotationsDataLayer>[0]['query'],
  });
  const scene = new EmbeddedScene({
    $timeRange: new SceneTimeRange(),
    $data: new SceneDataLayerSet({ layers: [layer] }),
    body: new SceneFlexLayout({ children: [] }),
  });
  const leave = scene.activate();
  const events: Array<Record<string, unknown>> = [];
  layer.getResultsStream().subscribe(({ data }) => {
    const [{ fields, length }] = data.series;
    events.length = 0;
    for (let i = 0; i < length; i++) {
      events.push(Object.fromEntries(fields.map(({ name, values }) => [name, values[i]])));
    }
  });
  await settle();
  return { events, leave };
}

it('are made of the columns of a table, and go on as the feed does', async () => {
  const { events, leave } = await annotate({ path: '/events', view: 'timeseries', fields: [{ path: '$.text' }] });
  const { request, subscriber } = engine.streams[0];
  expect(request.targets).toEqual([{ refId: 'Anno', path: '/events', view: 'table', fields: [{ path: '$.text' }] }]);
  subscriber.next(
    packet([
      column('time', FieldType.time, [1000]),
      column('timeEnd', FieldType.time, [2000]),
      column('title', FieldType.string, ['Pump 1']),
      column('text', FieldType.string, ['stopped']),
      column('tags', FieldType.string, ['pump,north']),
      column('id', FieldType.string, ['e1']),
    ])
  );
  await settle();
  expect(events).toMatchObject([
    {
      time: 1000,
      timeEnd: 2000,
      isRegion: true,
      title: 'Pump 1',
      text: 'stopped',
      tags: ['pump', 'north'],
      id: 'e1',
    },
  ]);
  subscriber.next(
    packet([column('at', FieldType.time, [1000, 3000]), column('message', FieldType.string, ['stopped', 'started'])])
  );
  await settle();
  expect(events).toMatchObject([
    { time: 1000, text: 'stopped' },
    { time: 3000, text: 'started' },
  ]);
  leave();
  expect(engine.unsubscribed).toBe(1);
});

it('read the feed as it is when nothing is chosen', async () => {
  const { leave } = await annotate();
  expect(engine.streams[0].request.targets).toEqual([{ refId: 'Anno', view: 'table' }]);
  leave();
});

it('have an editor that says which columns make an event, and asks for no view', () => {
  expect(datasource.annotations?.QueryEditor).toBe(AnnotationQueryEditor);
  render(
    <AnnotationQueryEditor
      datasource={datasource}
      query={{ refId: 'Anno', mode: 'upsert' }}
      onChange={jest.fn()}
      onRunQuery={jest.fn()}
    />
  );
  expect(screen.getByText(/columns named time, timeEnd, title, text, tags and id/)).toBeInTheDocument();
  expect(screen.getByRole('radiogroup', { name: 'Rows' })).toBeInTheDocument();
  expect(screen.queryByRole('radiogroup', { name: 'View' })).not.toBeInTheDocument();
});
