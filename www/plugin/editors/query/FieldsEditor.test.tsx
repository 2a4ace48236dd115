import { render, screen, waitFor, within } from '@testing-library/react';
import React from 'react';

import { OPTION_ERRORS } from '../../../test/support/optionErrors';
import { check, choose, edit, onChange, refuse, row, stored } from '../../../test/support/queryPanel';
import type { FieldSelector } from '../../types';
import { FieldsEditor } from './FieldsEditor';

const field = (position: number) => row(`Field ${position}`);

it('says what happens without any', () => {
  edit();
  expect(screen.getByText(/^No fields chosen: every value in the messages becomes a field/)).toBeInTheDocument();
});

it('adds one and takes its path and name', async () => {
  const user = edit();
  await user.click(screen.getByRole('button', { name: 'Add field' }));
  await user.type(field(1).getByLabelText('Path'), '$.data.p{Enter}');
  await user.type(field(1).getByLabelText('Name'), 'price{Enter}');
  expect(stored()?.fields).toEqual([{ path: '$.data.p', name: 'price' }]);
});

it('stores a path that is none, and shows what the engine says of it until it is right', async () => {
  const problem = refuse(OPTION_ERRORS.fieldPath);
  const user = edit({ fields: [{ path: '$.a' }, { path: '' }] });
  const path = field(2).getByLabelText('Path');
  await user.type(path, 'data.p{Enter}');
  expect(stored()?.fields?.[1].path).toBe('data.p');
  expect(await field(2).findByRole('alert')).toHaveTextContent(problem);
  expect(field(1).queryByRole('alert')).not.toBeInTheDocument();
  await user.clear(path);
  expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  await user.type(path, '$.data.p{Enter}');
  expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  await waitFor(() => expect(check.mock.lastCall?.[0].fields?.[1].path).toBe('$.data.p'));
  expect(screen.queryByRole('alert')).not.toBeInTheDocument();
});

it('shows beside the role that only one field can be the identifier', async () => {
  const problem = refuse(OPTION_ERRORS.role);
  edit(OPTION_ERRORS.role.query);
  expect(await field(2).findByRole('alert')).toHaveTextContent(problem);
});

it('lists what is wrong with options that no control edits now, such as the time format of a label', async () => {
  const problem = refuse(OPTION_ERRORS.timeFormat);
  const user = edit(OPTION_ERRORS.timeFormat.query);
  expect(await screen.findByText(`fields[0].timeFormat is ${problem}`)).toBeInTheDocument();
  await user.click(within(field(1).getByRole('radiogroup', { name: 'Role' })).getByLabelText('Time'));
  expect(screen.queryByText(/^fields\[0\]\.timeFormat is/)).not.toBeInTheDocument();
  expect(field(1).getByRole('alert')).toHaveTextContent(problem);
});

it('stores that a path was emptied, and says that such a field is left out', async () => {
  const user = edit({ fields: [{ path: '$.a', name: 'a' }] });
  await user.clear(field(1).getByLabelText('Path'));
  await user.tab();
  expect(stored()?.fields).toEqual([{ path: '', name: 'a' }]);
  expect(screen.getByRole('alert')).toHaveTextContent(
    'The path is missing. It is a JSONPath such as $.value; a field without one is left out.'
  );
});

it('stores nothing for a path that was empty before', async () => {
  const user = edit({ fields: [{ path: '' }] });
  await user.type(field(1).getByLabelText('Path'), ' ');
  await user.tab();
  expect(onChange).not.toHaveBeenCalled();
});

it('offers the format of a time for times, and a unit for values', async () => {
  const user = edit({ fields: [{ path: '$.t' }] });
  expect(field(1).getByLabelText('Unit')).toBeInTheDocument();
  expect(field(1).queryByLabelText('Time format')).not.toBeInTheDocument();
  await user.click(within(field(1).getByRole('radiogroup', { name: 'Role' })).getByLabelText('Time'));
  expect(stored()?.fields).toEqual([{ path: '$.t', role: 'time' }]);
  expect(field(1).queryByLabelText('Unit')).not.toBeInTheDocument();
  expect(field(1).queryByLabelText('Type')).not.toBeInTheDocument();
  await user.click(field(1).getByLabelText('Time format'));
  await user.click(await screen.findByRole('option', { name: 'Microseconds' }));
  expect(stored()?.fields).toEqual([{ path: '$.t', role: 'time', timeFormat: 'us' }]);
});

it('offers a time zone for times, and shows beside it that there is no such zone', async () => {
  const user = edit({ fields: [{ path: '$.t' }] });
  expect(field(1).queryByLabelText('Time zone')).not.toBeInTheDocument();
  await user.click(within(field(1).getByRole('radiogroup', { name: 'Role' })).getByLabelText('Time'));
  await user.type(field(1).getByLabelText('Time zone'), 'Europe/Berlin{Enter}');
  expect(stored()?.fields).toEqual([{ path: '$.t', role: 'time', timeZone: 'Europe/Berlin' }]);
  expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  const problem = refuse(OPTION_ERRORS.timeZone);
  await user.clear(field(1).getByLabelText('Time zone'));
  await user.type(field(1).getByLabelText('Time zone'), 'CEST{Enter}');
  expect(await field(1).findByRole('alert')).toHaveTextContent(problem);
});

it('offers a time zone for a value that is a time', async () => {
  const user = edit({ fields: [{ path: '$.t', type: 'time' }] });
  await user.type(field(1).getByLabelText('Time zone'), 'browser{Enter}');
  expect(stored()?.fields).toEqual([{ path: '$.t', type: 'time', timeZone: 'browser' }]);
});

it('takes a pattern for any field, and shows beside it that it is none', async () => {
  const user = edit({ fields: [{ path: '$.t', role: 'label' }] });
  await user.type(field(1).getByLabelText('Pattern'), 'room/(.*){Enter}');
  expect(stored()?.fields).toEqual([{ path: '$.t', role: 'label', pattern: 'room/(.*)' }]);
  const problem = refuse(OPTION_ERRORS.pattern);
  await user.clear(field(1).getByLabelText('Pattern'));
  await user.tab();
  expect(stored()?.fields).toEqual([{ path: '$.t', role: 'label' }]);
  await user.type(field(1).getByLabelText('Pattern'), '(a{Enter}');
  expect(await field(1).findByRole('alert')).toHaveTextContent(problem);
});

it('takes a strftime pattern for a time format', async () => {
  const user = edit({ fields: [{ path: '$.t', role: 'time' }] });
  await user.click(field(1).getByLabelText('Time format'));
  await user.keyboard('%d.%m.%Y %H:%M:%S');
  await user.click(await screen.findByRole('option', { name: /As a strftime pattern/ }));
  expect(stored()?.fields).toEqual([{ path: '$.t', role: 'time', timeFormat: '%d.%m.%Y %H:%M:%S' }]);
  expect(field(1).getByLabelText('Time format')).toHaveValue('%d.%m.%Y %H:%M:%S');
  expect(screen.queryByRole('alert')).not.toBeInTheDocument();
});

it('says so when a time format is neither a name nor a pattern', async () => {
  const problem = refuse(OPTION_ERRORS.timeFormat);
  edit({ fields: [{ path: '$.t', role: 'time', timeFormat: 'DD.MM.YYYY' }] });
  expect(await field(1).findByRole('alert')).toHaveTextContent(problem);
});

it('offers RFC 2822 for a value that is a time, with no unit', async () => {
  const user = edit({ fields: [{ path: '$.t', type: 'time' }] });
  expect(field(1).queryByLabelText('Unit')).not.toBeInTheDocument();
  await choose(user, field(1).getByLabelText('Time format'), /^RFC 2822/);
  expect(stored()?.fields).toEqual([{ path: '$.t', type: 'time', timeFormat: 'rfc2822' }]);
});

it.each([
  ['Label', 'label'],
  ['ID', 'id'],
])('%s is a role without type and unit', async (label, role) => {
  const user = edit({ fields: [{ path: '$.s' }] });
  await user.click(field(1).getByLabelText(label));
  expect(stored()?.fields).toEqual([{ path: '$.s', role }]);
  expect(field(1).queryByLabelText('Type')).not.toBeInTheDocument();
  expect(field(1).queryByLabelText('Unit')).not.toBeInTheDocument();
});

it('chooses a type', async () => {
  const user = edit({ fields: [{ path: '$.p' }] });
  await user.click(field(1).getByLabelText('Type'));
  await user.click(await screen.findByRole('option', { name: /Number/ }));
  expect(stored()?.fields).toEqual([{ path: '$.p', type: 'number' }]);
});

it('moves one up and removes another, with what stands in them', async () => {
  const user = edit({ fields: [{ path: '$.a' }, { path: '$.b' }, { path: '$.c' }] });
  await user.click(screen.getByRole('button', { name: 'Move field 3 up' }));
  expect(stored()?.fields).toEqual([{ path: '$.a' }, { path: '$.c' }, { path: '$.b' }]);
  expect(field(2).getByLabelText('Path')).toHaveValue('$.c');
  await user.click(screen.getByRole('button', { name: 'Remove field 1' }));
  expect(stored()?.fields).toEqual([{ path: '$.c' }, { path: '$.b' }]);
  expect(field(1).getByLabelText('Path')).toHaveValue('$.c');
});

it('moves and removes rows with what has just been written in them', async () => {
  const user = edit({ fields: [{ path: '' }, { path: '' }, { path: '' }] });
  await user.type(field(1).getByLabelText('Path'), 'bad');
  await user.type(field(2).getByLabelText('Path'), '$.a');
  await user.click(screen.getByRole('button', { name: 'Move field 2 up' }));
  expect(stored()?.fields).toEqual([{ path: '$.a' }, { path: 'bad' }, { path: '' }]);
  expect(field(2).getByLabelText('Path')).toHaveValue('bad');
  await user.click(screen.getByRole('button', { name: 'Remove field 1' }));
  expect(field(1).getByLabelText('Path')).toHaveValue('bad');
  expect(field(2).getByLabelText('Path')).toHaveValue('');
  await user.click(screen.getByRole('button', { name: 'Remove field 1' }));
  await user.click(screen.getByRole('button', { name: 'Add field' }));
  expect(field(2).getByLabelText('Path')).toHaveValue('');
});

it('shows the rows of a query that was changed elsewhere', () => {
  const list = (fields: FieldSelector[]) => (
    <FieldsEditor option="fields" fields={fields} whenEmpty="" onChange={jest.fn()} />
  );
  const { rerender } = render(list([{ path: '$.a' }]));
  rerender(list([{ path: '$.b' }, { path: '$.c' }]));
  expect(field(2).getByLabelText('Path')).toHaveValue('$.c');
  rerender(list([{ path: '$.d' }]));
  expect(field(1).getByLabelText('Path')).toHaveValue('$.d');
  expect(screen.queryByRole('group', { name: 'Field 2' })).not.toBeInTheDocument();
});

it('lets the user write the path of one that is added, and of no other', async () => {
  const user = edit({ fields: [{ path: '$.a' }] });
  expect(document.body).toHaveFocus();
  for (const position of [2, 3]) {
    await user.click(screen.getByRole('button', { name: 'Add field' }));
    expect(field(position).getByLabelText('Path')).toHaveFocus();
  }
  await user.click(field(1).getByLabelText('Name'));
  await user.keyboard('a{Enter}');
  expect(field(1).getByLabelText('Name')).toHaveFocus();
});

it('stores none when the last one goes', async () => {
  const user = edit({ fields: [{ path: '$.a' }] });
  await user.click(screen.getByRole('button', { name: 'Remove field 1' }));
  expect(stored()).toEqual({ refId: 'A', fields: undefined });
});
