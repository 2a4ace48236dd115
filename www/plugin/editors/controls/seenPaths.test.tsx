import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';

import type { FeedView } from '../../engine/types';
import { SeenPathsProvider } from './seenPaths';
import { TextField } from './TextField';

const VIEW: FeedView = {
  state: 'open',
  reason: '',
  rate: 1,
  bytesPerSecond: 1,
  total: 1,
  messages: [],
  kinds: [],
  places: [
    { path: '$.temp', name: 'temp', kind: 'number', role: 'value', seen: 1, distinct: 1, values: ['1'] },
    {
      path: '$.all[0].v',
      each: '$.all[*].v',
      name: 'v',
      kind: 'number',
      role: 'value',
      seen: 1,
      distinct: 1,
      values: ['1'],
    },
  ],
  unmet: [{ option: 'fields[0].path', path: '$.tmp', nearest: '$.temp' }],
};

it('completes paths, and says that one meets nothing with the nearest that does', async () => {
  const committed = jest.fn();
  const field = { label: 'Path', tooltip: 'Where', onCommit: committed };
  render(
    <SeenPathsProvider look={async () => VIEW} version="1">
      <TextField {...field} value="$.tmp" option="fields[0].path" isPath />
      <TextField {...field} label="Name" value="$.tmp" option="fields[0].path" />
    </SeenPathsProvider>
  );
  const button = await screen.findByRole('button', { name: 'Use $.temp' }, { timeout: 3000 });
  expect(screen.getAllByText(/Not found in any message so far/)).toHaveLength(1);
  const input = screen.getByLabelText('Path');
  const list = document.getElementById(input.getAttribute('list') ?? '');
  const options = [...(list?.querySelectorAll('option') ?? [])].map(({ value }) => value);
  expect(options).toEqual(['$.temp', '$.all[*].v', '$.all[0].v']);
  expect(screen.getByLabelText('Name')).not.toHaveAttribute('list');
  const user = userEvent.setup();
  await user.click(button);
  expect(committed).toHaveBeenCalledWith('$.temp');
  // While another path is typed, nothing is said of it.
  await user.type(input, 'x');
  expect(screen.queryByText(/Not found in any message so far/)).toBeNull();
});

it('looks anew when somebody is about to write a path, but not over and over', async () => {
  const look = jest.fn(async () => VIEW);
  const field = { label: 'Path', tooltip: 'Where', value: undefined, onCommit: () => undefined };
  const editor = (version: string) => (
    <SeenPathsProvider look={look} version={version}>
      <TextField {...field} option="fields[1].path" isPath />
      <TextField {...field} label="Name" option="fields[1].name" />
    </SeenPathsProvider>
  );
  const { rerender } = render(editor('1'));
  const user = userEvent.setup();
  await user.click(screen.getByLabelText('Name'));
  expect(look).not.toHaveBeenCalled();
  await user.click(screen.getByLabelText('Path'));
  expect(look).toHaveBeenCalledTimes(1);
  await user.click(screen.getByLabelText('Name'));
  await user.click(screen.getByLabelText('Path'));
  expect(look).toHaveBeenCalledTimes(1);
  rerender(editor('2'));
  await user.click(screen.getByLabelText('Name'));
  await user.click(screen.getByLabelText('Path'));
  expect(look).toHaveBeenCalledTimes(2);
});
