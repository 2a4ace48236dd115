import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';

import type { FreshetDataSource } from '../../datasource';
import { QueryEditor } from './QueryEditor';

const KEY = 'freshet.token.abc';
const onChange = jest.fn();
const stored = jest.fn<void, [string | null]>();
const hear = (event: StorageEvent) => stored(event.key);

beforeEach(() => {
  window.localStorage.clear();
  jest.clearAllMocks();
  window.addEventListener('storage', hear);
});
afterEach(() => window.removeEventListener('storage', hear));

/** The editor of a data source that asks for a token, or for none. */
function edit(viewerToken?: string) {
  const datasource = { uid: 'abc', viewerToken, check: async () => [] } as unknown as FreshetDataSource;
  render(<QueryEditor datasource={datasource} query={{ refId: 'A' }} onChange={onChange} onRunQuery={jest.fn()} />);
  return userEvent.setup();
}

const field = () => screen.getByLabelText('Your API key', { exact: false });

it('is not there when the data source asks for none', () => {
  edit();
  expect(screen.queryByLabelText(/^Your/)).not.toBeInTheDocument();
});

it('goes into this browser and nowhere else, and connections hear of it', async () => {
  const user = edit('API key');
  expect(field()).toHaveAttribute('type', 'password');
  expect(screen.getByRole('button', { name: 'Save' })).toBeDisabled();
  await user.type(field(), '  s3cret ');
  expect(window.localStorage).toHaveLength(0);
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(window.localStorage.getItem(KEY)).toBe('s3cret');
  expect(stored).toHaveBeenCalledWith(KEY);
  expect(onChange).not.toHaveBeenCalled();
  expect(document.body).not.toHaveTextContent('s3cret');
  expect(screen.queryByDisplayValue(/s3cret/)).not.toBeInTheDocument();
});

it('is saved with Enter, and taken away', async () => {
  const user = edit('API key');
  await user.type(field(), 'k1{Enter}');
  expect(window.localStorage.getItem(KEY)).toBe('k1');
  stored.mockClear();
  await user.click(screen.getByRole('button', { name: 'Reset' }));
  expect(window.localStorage.getItem(KEY)).toBeNull();
  expect(stored).toHaveBeenCalledWith(KEY);
  expect(field()).toHaveValue('');
});

it('says that there is one without showing it', () => {
  window.localStorage.setItem(KEY, 's3cret');
  edit('API key');
  expect(field()).toBeDisabled();
  expect(screen.queryByDisplayValue(/s3cret/)).not.toBeInTheDocument();
});

it('says so when the browser keeps nothing', async () => {
  const refuse = jest.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('denied', 'SecurityError');
  });
  const user = edit('API key');
  await user.type(field(), 'k1{Enter}');
  expect(screen.getByText(/This browser does not store anything for this page/)).toBeInTheDocument();
  refuse.mockRestore();
});
