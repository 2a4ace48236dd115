import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';

import { OPTION_ERRORS } from '../../test/support/optionErrors';
import { check, choose, datasource, refuse } from '../../test/support/queryPanel';
import type { FreshetDataSource } from '../datasource';
import type { Preset, VariableQuery } from '../types';
import { VariableQueryEditor } from './VariableQueryEditor';

const onChange = jest.fn<void, [VariableQuery]>();

/** The editor as the page of a variable holds it. */
function Page({ initial, preset }: { initial: unknown; preset?: Preset }) {
  const [query, setQuery] = useState(initial as VariableQuery);
  const store = (next: VariableQuery) => {
    onChange(next);
    setQuery(next);
  };
  const read = { ...datasource, preset, hasSubscribeMessage: Boolean(preset) } as unknown as FreshetDataSource;
  return (
    <VariableQueryEditor
      datasource={preset ? read : datasource}
      query={query}
      onChange={store as never}
      onRunQuery={jest.fn()}
    />
  );
}

function edit(initial: unknown, preset?: Preset) {
  onChange.mockClear();
  render(<Page initial={initial} preset={preset} />);
  return userEvent.setup();
}

const stored = () => onChange.mock.lastCall?.[0];

it.each([
  ['Path', 'path', '/sensors'],
  ['Subscribe', 'subscribe', 'go'],
  ['Field', 'field', '$.device'],
  ['Collect for', 'collectFor', '5s'],
])('%s is stored with a refId, from a query that was empty', async (label, part, typed) => {
  const user = edit('');
  await user.type(screen.getByLabelText(label, { exact: false }), typed);
  expect(onChange).not.toHaveBeenCalled();
  await user.tab();
  expect(stored()).toEqual({ refId: 'variable', [part]: typed });
});

it('completes the field from what was seen of the feed by a panel', async () => {
  const place = { path: '$.device', name: 'device', kind: 'string', role: 'label', seen: 2, distinct: 2, values: [] };
  const look = jest.fn(async () => ({ places: [place], unmet: [] }));
  const read = { ...datasource, look } as unknown as FreshetDataSource;
  const query = { refId: 'V', path: '/sensors' } as VariableQuery;
  render(<VariableQueryEditor datasource={read} query={query} onChange={jest.fn() as never} onRunQuery={jest.fn()} />);
  const field = screen.getByLabelText('Field', { exact: false });
  await userEvent.setup().click(field);
  expect(look).toHaveBeenCalledWith(expect.objectContaining({ path: '/sensors' }), {}, 0);
  const paths = () => document.getElementById(field.getAttribute('list') ?? '')?.querySelectorAll('option') ?? [];
  await waitFor(() => expect([...paths()].map(({ value }) => value)).toEqual(['$.device']));
});

it('asks for what the protocol of its data source wants to know, and for no message', async () => {
  const user = edit({ refId: 'V', field: '$.a' }, 'nats');
  expect(screen.queryByLabelText('Subscribe')).not.toBeInTheDocument();
  await user.type(screen.getByLabelText('Subject', { exact: false }), 'plant.>{Enter}');
  expect(stored()).toEqual({ refId: 'V', field: '$.a', params: { subject: 'plant.>' } });
});

it('chooses a format, and how CSV is cut', async () => {
  const user = edit({ refId: 'V', field: '$.a' });
  await choose(user, screen.getByLabelText('Format'), /^CSV/);
  expect(stored()).toEqual({ refId: 'V', field: '$.a', format: 'csv' });
  await user.click(within(screen.getByRole('radiogroup', { name: 'Header' })).getByLabelText('Yes'));
  expect(stored()).toEqual({ refId: 'V', field: '$.a', format: 'csv', csv: { header: true } });
});

it('shows what a text asks for, and stores it as a query with the first change', async () => {
  const user = edit('$.device');
  expect(screen.getByLabelText('Field', { exact: false })).toHaveValue('$.device');
  await user.type(screen.getByLabelText('Path'), '/a{Enter}');
  expect(stored()).toEqual({ refId: 'variable', field: '$.device', path: '/a' });
});

it.each([
  ['Field', OPTION_ERRORS.variableField],
  ['Path', OPTION_ERRORS.path],
])('%s shows what the engine says of it', async (label, wrong) => {
  const problem = refuse(wrong);
  const user = edit({ refId: 'V' });
  await user.type(screen.getByLabelText(label, { exact: false }), wrong.error.value);
  await user.tab();
  expect(await screen.findByRole('alert')).toHaveTextContent(problem);
});

it('has the engine check the query that it will be given', async () => {
  edit({ refId: 'V', path: '/sensors', field: '$.device' });
  await waitFor(() => expect(check).toHaveBeenCalled());
  const [query] = check.mock.calls[0];
  expect(query).toMatchObject({ path: '/sensors', fields: [{ path: '$.device' }], keys: ['$.device'], mode: 'upsert' });
});

it('stores no time to collect for that is out of bounds', async () => {
  const user = edit({ refId: 'V' });
  await user.type(screen.getByLabelText('Collect for'), '1h');
  await user.tab();
  expect(screen.getByRole('alert')).toHaveTextContent(
    '"1h" is out of bounds. Use a duration from 100ms to 1m, such as 5s.'
  );
  expect(onChange).not.toHaveBeenCalled();
});

it('stores that the field was emptied, and says that the variable has no values', async () => {
  const user = edit({ refId: 'V', field: '$.a' });
  await user.clear(screen.getByLabelText('Field', { exact: false }));
  await user.tab();
  expect(stored()).toEqual({ refId: 'V', field: undefined });
  expect(screen.getByRole('alert')).toHaveTextContent('a variable without one has no values');
});

it('says how long it waits while nothing is set', () => {
  edit({ refId: 'V', field: '$.a' });
  expect(screen.getByLabelText('Collect for')).toHaveAttribute('placeholder', '2s');
});

it('explains every control', () => {
  edit({ refId: 'V', format: 'csv' });
  const controls = [...screen.getAllByRole('textbox'), ...screen.getAllByRole('combobox')];
  expect(controls).toHaveLength(6);
  for (const control of controls) {
    expect(document.querySelector(`label[for="${CSS.escape(control.id)}"] svg`)).toBeInTheDocument();
  }
});
