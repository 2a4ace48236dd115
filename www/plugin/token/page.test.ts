import { readFileSync } from 'node:fs';
import path from 'node:path';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { startPage } from './page';

const HTML = readFileSync(path.join(__dirname, 'token.html'), 'utf8');
const BODY = /<body>([^]*)<\/body>/.exec(HTML)?.[1] ?? '';

/** Opens the page at an address. */
function open(search: string) {
  document.body.innerHTML = BODY;
  startPage(document, search);
  return userEvent.setup();
}

beforeEach(() => window.localStorage.clear());

it('keeps a token under the data source of its address, and forgets it', async () => {
  const user = open('?uid=a%20b&label=API%20key');
  await user.type(screen.getByLabelText('Your API key'), ' k1 {Enter}');
  expect(window.localStorage.getItem('freshet.token.a b')).toBe('k1');
  expect(screen.getByRole('status')).toHaveTextContent('Saved.');
  expect(screen.getByLabelText('Your API key')).toHaveValue('');
  await user.click(screen.getByRole('button', { name: 'Forget it' }));
  expect(window.localStorage).toHaveLength(0);
  expect(screen.getByRole('status')).toHaveTextContent('Forgotten.');
});

it('says that there is one, and takes nothing for nothing', async () => {
  window.localStorage.setItem('freshet.token.a', 'k1');
  const user = open('?uid=a');
  expect(screen.getByRole('status')).toHaveTextContent('This browser keeps one.');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(window.localStorage.getItem('freshet.token.a')).toBe('k1');
});

it('writes its address as text', () => {
  open('?uid=a&label=%3Cimg%20src=x%3E');
  expect(document.querySelector('img')).toBeNull();
  expect(screen.getByLabelText('Your <img src=x>')).toBeInTheDocument();
});

it('says that an address without a data source is wrong', () => {
  open('');
  expect(screen.getByRole('status')).toHaveTextContent('does not name a data source');
});
