import { screen, within } from '@testing-library/react';

import { OPTION_ERRORS } from '../../../test/support/optionErrors';
import { choose, edit, onChange, onRunQuery, refuse, row, stored } from '../../../test/support/queryPanel';
import { OPERATORS } from '../choices';

const condition = () => row('filter condition 1');

it('adds a condition and takes path and value', async () => {
  const user = edit();
  await user.click(screen.getByRole('button', { name: 'Filter' }));
  expect(screen.getByText(/^No condition: every row is kept/)).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Add filter condition' }));
  expect(condition().getByLabelText('Path')).toHaveFocus();
  await user.keyboard('$.type{Enter}');
  await user.type(condition().getByLabelText('Value'), 'trade{Enter}');
  expect(stored()?.filter).toEqual([{ path: '$.type', op: '==', value: 'trade' }]);
  expect(onRunQuery).toHaveBeenCalledTimes(onChange.mock.calls.length);
});

it('shows conditions that are set, whatever the type of their value', () => {
  edit({ filter: [{ path: '$.v', op: '>=', value: 21.5 }] });
  expect(screen.getByRole('button', { name: 'Filter' })).toHaveAttribute('aria-expanded', 'true');
  expect(condition().getByLabelText('Path')).toHaveValue('$.v');
  expect(condition().getByLabelText('Operator')).toHaveValue('>=');
  expect(condition().getByLabelText('Value')).toHaveValue('21.5');
});

it.each(['!=', '<', '<=', '>', '>=', 'contains', 'matches'])('offers %s and keeps the value', async (op) => {
  const user = edit({ filter: [{ path: '$.v', op: '==', value: '5' }] });
  await user.click(condition().getByLabelText('Operator'));
  await user.keyboard(op);
  const text = `${op}${OPERATORS.find(({ value }) => value === op)?.description ?? ''}`;
  const options = await screen.findAllByRole('option');
  await user.click(options.find((option) => option.textContent === text) as HTMLElement);
  expect(stored()?.filter).toEqual([{ path: '$.v', op, value: '5' }]);
});

it.each([
  [/^exists/, { path: '$.v', op: 'exists' }],
  [/^is absent/, { path: '$.v', op: 'exists', value: false }],
])('%s wants no value, and leaves none for the next operator', async (option, expected) => {
  const user = edit({ filter: [{ path: '$.v', op: '==', value: '5' }] });
  await choose(user, condition().getByLabelText('Operator'), option);
  expect(stored()?.filter).toEqual([expected]);
  expect(condition().queryByLabelText('Value')).not.toBeInTheDocument();
  await choose(user, condition().getByLabelText('Operator'), /^contains/);
  expect(stored()?.filter).toEqual([{ path: '$.v', op: 'contains' }]);
  expect(condition().getByLabelText('Value')).toHaveValue('');
});

it('tells exists from is absent when it is shown', () => {
  edit({
    filter: [
      { path: '$.a', op: 'exists' },
      { path: '$.b', op: 'exists', value: false },
      { path: '$.c', op: 'exists', value: 'false' },
    ],
  });
  const shown = [1, 2, 3].map((n) => row(`filter condition ${n}`).getByLabelText('Operator'));
  expect(shown.map((control) => (control as HTMLInputElement).value)).toEqual(['exists', 'is absent', 'is absent']);
});

it('stores no value for an emptied one, which stands for null', async () => {
  const user = edit({ filter: [{ path: '$.v', op: '!=', value: '5' }] });
  await user.clear(condition().getByLabelText('Value'));
  await user.tab();
  expect(stored()?.filter).toEqual([{ path: '$.v', op: '!=', value: undefined }]);
});

it('stores that a path was emptied', async () => {
  const user = edit({ filter: [{ path: '$.v', op: 'exists' }] });
  await user.clear(condition().getByLabelText('Path'));
  await user.tab();
  expect(stored()?.filter).toEqual([{ path: '', op: 'exists' }]);
  expect(screen.getByRole('alert')).toHaveTextContent('a condition without one is left out');
});

it.each([
  ['Path', OPTION_ERRORS.conditionPath],
  ['Value', OPTION_ERRORS.conditionValue],
])('shows beside %s what the engine finds wrong there, until it is right', async (label, wrong) => {
  const problem = refuse(wrong);
  const user = edit(wrong.query);
  expect(await condition().findByRole('alert')).toHaveTextContent(problem);
  expect(condition().getByLabelText(label)).toHaveAttribute('aria-invalid', 'true');
  await user.clear(condition().getByLabelText(label));
  await user.type(condition().getByLabelText(label), '$.b{Enter}');
  expect(screen.queryByRole('alert')).not.toBeInTheDocument();
});

it('shows beside the operator that it is none', async () => {
  const problem = refuse(OPTION_ERRORS.operator);
  edit(OPTION_ERRORS.operator.query);
  expect(await condition().findByRole('alert')).toHaveTextContent(problem);
});

it('removes one, and the list with the last one', async () => {
  const user = edit({
    filter: [
      { path: '$.a', op: 'exists' },
      { path: '$.b', op: 'exists' },
    ],
  });
  await user.click(screen.getByRole('button', { name: 'Remove filter condition 1' }));
  expect(stored()?.filter).toEqual([{ path: '$.b', op: 'exists' }]);
  await user.click(screen.getByRole('button', { name: 'Remove filter condition 1' }));
  expect(stored()?.filter).toBeUndefined();
});

it('says in the fold how many there are', async () => {
  const user = edit({
    filter: [
      { path: '$.a', op: 'exists' },
      { path: '$.b', op: 'exists' },
    ],
  });
  await user.click(screen.getByRole('button', { name: 'Filter' }));
  expect(screen.getByText('rows that meet 2 conditions')).toBeInTheDocument();
});

it('explains how a variable with several values is matched', async () => {
  const user = edit({ filter: [{ path: '$.s', op: 'matches', value: 'a' }] });
  const label = within(screen.getByRole('group', { name: 'filter condition 1' })).getByText('Value');
  await user.hover(label.querySelector('svg') as Element);
  expect(await screen.findByRole('tooltip')).toHaveTextContent('enter ^${symbol:regex}$');
});
