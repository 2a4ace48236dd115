import type { DataSourceApi, QueryEditorProps } from '@grafana/data';
import { type DataSourceSrv, setDataSourceSrv } from '@grafana/runtime';
import { screen, within } from '@testing-library/react';
import React from 'react';

import { choose, edit, onRunQuery, stored } from '../../../test/support/queryPanel';

interface PickerProps {
  current: { uid: string } | null;
  onChange: (settings: { uid: string; type: string }) => void;
  onClear: () => void;
  filter: (settings: { meta: { mixed?: boolean; builtIn?: boolean } }) => boolean;
}

jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual('@grafana/runtime'),
  // Grafana's core sets it; here it is a few buttons.
  DataSourcePicker: ({ current, onChange, onClear, filter }: PickerProps) => (
    <div>
      <span>{current ? `picked ${current.uid}` : 'none picked'}</span>
      <button onClick={() => onChange({ uid: 'archive', type: 'sql' })}>Archive</button>
      <button onClick={() => onChange({ uid: 'replica', type: 'sql' })}>Replica</button>
      <button onClick={() => onChange({ uid: 'logs', type: 'loki' })}>Logs</button>
      <button onClick={() => onChange({ uid: 'bare', type: 'bare' })}>Bare</button>
      {[{}, { mixed: true }, { builtIn: true }].map((meta) => (
        <span key={JSON.stringify(meta)}>{filter({ meta }) && `offers ${JSON.stringify(meta)}`}</span>
      ))}
      <button onClick={onClear}>Clear</button>
    </div>
  ),
}));

type Props = QueryEditorProps<DataSourceApi, any>;

/** The editor of another data source, in a text and a button. */
function SqlEditor({ query, onChange, onRunQuery, datasource }: Props) {
  return (
    <div role="group" aria-label={`Editor of ${datasource.name}`}>
      <input
        aria-label="SQL"
        value={query.sql ?? ''}
        onChange={(event) => onChange({ ...query, sql: event.currentTarget.value })}
      />
      <button onClick={onRunQuery}>Run it</button>
    </div>
  );
}

beforeEach(() => {
  const source = (name: string, QueryEditor?: unknown) => ({
    name,
    components: { QueryEditor },
    getDefaultQuery: () => ({ sql: 'select 1' }),
  });
  const sources: Record<string, unknown> = {
    archive: source('Archive', SqlEditor),
    replica: source('Replica', SqlEditor),
    logs: source('Logs', SqlEditor),
    bare: source('Bare'),
  };
  setDataSourceSrv({
    get: async ({ uid }: { uid: string }) => sources[uid] ?? Promise.reject(new Error('not there')),
  } as unknown as DataSourceSrv);
});

const history = () => within(screen.getByRole('region', { name: 'History' }));

async function openOther() {
  const user = edit();
  await choose(user, history().getByLabelText('History from'), /^Another data source/);
  return user;
}

it('stores nothing before a data source is picked', async () => {
  await openOther();
  expect(history().getByText('none picked')).toBeInTheDocument();
  expect(history().queryByLabelText('History URL')).toBeNull();
  expect(stored()).toBeUndefined();
  expect(
    history()
      .getAllByText(/^offers/)
      .map(({ textContent }) => textContent)
  ).toEqual(['offers {}']);
});

it('edits the query with the own editor of the data source, and runs it when that says so', async () => {
  const user = await openOther();
  await user.click(history().getByRole('button', { name: 'Archive' }));
  const datasource = { uid: 'archive', type: 'sql' };
  expect(stored()?.backfill).toEqual({ datasource, query: {} });
  const editor = within(await history().findByRole('group', { name: 'Editor of Archive' }));
  expect(editor.getByLabelText('SQL')).toHaveValue('select 1');
  onRunQuery.mockClear();
  await user.type(editor.getByLabelText('SQL'), '2');
  expect(stored()?.backfill).toEqual({ datasource, query: { sql: 'select 12' } });
  expect(onRunQuery).not.toHaveBeenCalled();
  await user.click(editor.getByRole('button', { name: 'Run it' }));
  expect(onRunQuery).toHaveBeenCalledTimes(1);
});

it('keeps the query for a data source of the same type, and drops it for another', async () => {
  const query = { sql: 'select 7' };
  const user = edit({ backfill: { datasource: { uid: 'archive', type: 'sql' }, query } });
  await user.click(history().getByRole('button', { name: 'Replica' }));
  expect(stored()?.backfill).toEqual({ datasource: { uid: 'replica', type: 'sql' }, query });
  expect(await history().findByRole('group', { name: 'Editor of Replica' })).toBeInTheDocument();
  await user.click(history().getByRole('button', { name: 'Logs' }));
  expect(stored()?.backfill).toEqual({ datasource: { uid: 'logs', type: 'loki' }, query: {} });
});

it('drops all when it is cleared, or a URL is chosen instead', async () => {
  const backfill = { datasource: { uid: 'archive', type: 'sql' }, query: {} };
  const user = edit({ backfill });
  await user.click(history().getByRole('button', { name: 'Clear' }));
  expect(stored()).toEqual({ refId: 'A', backfill: undefined });
  await choose(user, history().getByLabelText('History from'), /^Another data source/);
  await user.click(history().getByRole('button', { name: 'Archive' }));
  await choose(user, history().getByLabelText('History from'), /^URL/);
  expect(stored()?.backfill).toBeUndefined();
  expect(history().getByLabelText('History URL')).toHaveValue('');
});

it('says when there is no editor, and when there is no data source', async () => {
  const user = edit({ backfill: { datasource: { uid: 'gone' }, query: {} } });
  expect(await history().findByText('The data source could not be loaded: not there')).toBeInTheDocument();
  await user.click(history().getByRole('button', { name: 'Bare' }));
  expect(await history().findByText('Bare has no query editor. Edit the query as JSON.')).toBeInTheDocument();
});
