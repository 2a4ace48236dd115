import { screen } from '@testing-library/react';

import { edit, onRunQuery, stored } from '../../../test/support/queryPanel';
import { displayText } from '../../displayText';

it('turns a query into one of connections, and takes away what only a server is told', async () => {
  const user = edit({ path: '/a', fields: [{ path: '$.v' }] });
  await user.click(screen.getByRole('radio', { name: 'Connections' }));
  expect(stored()).toEqual({
    refId: 'A',
    path: '/a',
    queryType: 'connections',
    view: 'table',
    mode: 'upsert',
    expireAfter: '3s',
  });
  expect(onRunQuery).toHaveBeenCalledTimes(1);
  expect(screen.queryByLabelText('Path')).not.toBeInTheDocument();
  expect(screen.queryByLabelText('Subscribe')).not.toBeInTheDocument();
  expect(screen.queryByRole('region', { name: 'History' })).not.toBeInTheDocument();
  expect(screen.getByText(/every column, such as state/)).toBeInTheDocument();
});

it('leads back to the feed, whose path is as it was', async () => {
  const user = edit({ path: '/a', queryType: 'connections', view: 'table', mode: 'upsert', expireAfter: '3s' });
  await user.click(screen.getByRole('radio', { name: 'Feed' }));
  expect(stored()).toEqual({ refId: 'A', path: '/a' });
  expect(screen.getByLabelText('Path')).toHaveValue('/a');
});

it('is said in the history of queries', () => {
  expect(displayText({ refId: 'A', queryType: 'connections' }, 'ws://h')).toBe('Connections');
});
