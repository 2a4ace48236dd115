import { screen, within } from '@testing-library/react';

import { OPTION_ERRORS } from '../../../test/support/optionErrors';
import { choose, edit, refuse, row, stored } from '../../../test/support/queryPanel';
import type { StreamQuery } from '../../types';

const radio = (group: string, label: string) =>
  within(screen.getByRole('radiogroup', { name: group })).getByLabelText(label);
const unfold = () => screen.getByRole('button', { name: 'Shape' });

const UPSERT: Partial<StreamQuery> = {
  mode: 'upsert',
  keys: ['$.device'],
  deleteWhen: [{ path: '$.gone', op: '==', value: 'true' }],
  clearWhen: [{ path: '$.type', op: '==', value: 'snapshot' }],
  dropOnReconnect: false,
  expireAfter: '90s',
};

describe('one row per key', () => {
  it('asks for keys, removal and expiry once it is chosen, and not before', async () => {
    const user = edit();
    await user.click(unfold());
    expect(radio('Rows', 'All')).toBeChecked();
    expect(screen.queryByLabelText('Expire after')).not.toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Add key' })).not.toBeInTheDocument();
    await user.click(radio('Rows', 'One per key'));
    expect(stored()).toEqual({ refId: 'A', mode: 'upsert' });
    expect(screen.getByText('No key chosen: the fields with the role Label are the key.')).toBeInTheDocument();
    await user.type(screen.getByLabelText('Expire after'), '90s{Enter}');
    expect(stored()?.expireAfter).toBe('90s');
  });

  it('takes keys in order', async () => {
    const user = edit({ mode: 'upsert' });
    await user.click(screen.getByRole('button', { name: 'Add key' }));
    expect(screen.getByLabelText('Key 1')).toHaveFocus();
    await user.keyboard('$.site{Enter}');
    await user.click(screen.getByRole('button', { name: 'Add key' }));
    await user.type(screen.getByLabelText('Key 2'), '$.device{Enter}');
    expect(stored()?.keys).toEqual(['$.site', '$.device']);
    await user.click(screen.getByRole('button', { name: 'Move key 2 up' }));
    expect(stored()?.keys).toEqual(['$.device', '$.site']);
    await user.click(screen.getByRole('button', { name: 'Remove key 1' }));
    expect(stored()?.keys).toEqual(['$.site']);
  });

  it('edits keys that a file has under the name key', async () => {
    const user = edit({ mode: 'upsert', key: ['$.site', '$.device'] as never });
    expect(screen.getByLabelText('Key 2')).toHaveValue('$.device');
    await user.click(screen.getByRole('button', { name: 'Remove key 1' }));
    expect(stored()).toEqual({ refId: 'A', mode: 'upsert', keys: ['$.device'] });
  });

  it('stores that a key was emptied', async () => {
    const user = edit({ mode: 'upsert', keys: ['$.site', '$.device'] });
    await user.clear(screen.getByLabelText('Key 1'));
    await user.tab();
    expect(stored()?.keys).toEqual(['', '$.device']);
    expect(screen.getByRole('alert')).toHaveTextContent('a key without one is left out');
  });

  it('wants JSONPaths for keys', async () => {
    const problem = refuse(OPTION_ERRORS.key);
    const user = edit({ mode: 'upsert', keys: [''] });
    await user.type(screen.getByLabelText('Key 1'), 'device');
    await user.tab();
    expect(await screen.findByRole('alert')).toHaveTextContent(problem);
  });

  it('takes conditions for the removal of a row', async () => {
    const user = edit({ mode: 'upsert' });
    await user.click(screen.getByRole('button', { name: 'Add removal condition' }));
    await user.type(row('removal condition 1').getByLabelText('Path'), '$.op{Enter}');
    await user.type(row('removal condition 1').getByLabelText('Value'), 'delete{Enter}');
    expect(stored()?.deleteWhen).toEqual([{ path: '$.op', op: '==', value: 'delete' }]);
    expect(screen.getByText('A message that meets all of these conditions removes its row.')).toBeInTheDocument();
  });

  it('takes conditions for a message that replaces everything', async () => {
    const user = edit({ mode: 'upsert' });
    await user.click(screen.getByRole('button', { name: 'Add replacement condition' }));
    await user.type(row('replacement condition 1').getByLabelText('Path'), '$.action{Enter}');
    await user.type(row('replacement condition 1').getByLabelText('Value'), 'partial{Enter}');
    expect(stored()?.clearWhen).toEqual([{ path: '$.action', op: '==', value: 'partial' }]);
    expect(screen.getByText('A message that meets all of these conditions replaces all rows.')).toBeInTheDocument();
  });

  it('asks what becomes of rows after a reconnect', async () => {
    const user = edit({ mode: 'upsert' });
    expect(radio('After a reconnect', 'Auto')).toBeChecked();
    await user.click(radio('After a reconnect', 'Drop'));
    expect(stored()?.dropOnReconnect).toBe(true);
    await user.click(radio('After a reconnect', 'Keep'));
    expect(stored()?.dropOnReconnect).toBe(false);
    await user.click(radio('After a reconnect', 'Auto'));
    expect(stored()?.dropOnReconnect).toBeUndefined();
  });

  it('is cleared of what belongs to it on the way back to all rows, as its tooltip says', async () => {
    const user = edit({ ...UPSERT, capacity: 5 });
    expect(unfold()).toHaveAttribute('aria-expanded', 'true');
    await user.hover(screen.getByText('Rows').querySelector('svg') as Element);
    expect(await screen.findByRole('tooltip')).toHaveTextContent(
      'Back to All clears keys, removal, replacement and expiry.'
    );
    await user.click(radio('Rows', 'All'));
    expect(stored()).toEqual({ refId: 'A', mode: 'append', capacity: 5 });
    expect(screen.queryByLabelText('Expire after')).not.toBeInTheDocument();
    await user.click(radio('Rows', 'One per key'));
    expect(screen.getByLabelText('Expire after')).toHaveValue('');
  });
});

it('shows a bucket that a file has without saying how it is reduced', async () => {
  const user = edit({ bucket: { interval: '1s' } });
  expect(screen.getByLabelText('Reduce')).toHaveValue('Last');
  await user.click(unfold());
  expect(screen.getByText('all rows, last of each 1s, time series')).toBeInTheDocument();
});

describe('durations', () => {
  it.each([
    ['Expire after', OPTION_ERRORS.expireAfter],
    ['Bucket', OPTION_ERRORS.interval],
    ['Bucket', OPTION_ERRORS.noInterval],
  ])('%s shows what the engine says of it', async (label, wrong) => {
    const problem = refuse(wrong);
    const user = edit({ mode: 'upsert' });
    await user.type(screen.getByLabelText(label), wrong.error.value);
    await user.tab();
    expect(await screen.findByRole('alert')).toHaveTextContent(problem);
  });

  it('may be variables', async () => {
    const user = edit({ mode: 'upsert' });
    await user.type(screen.getByLabelText('Bucket'), '$__interval{Enter}');
    expect(stored()?.bucket).toEqual({ interval: '$__interval', reduce: 'last' });
  });
});

describe('bucket', () => {
  it('asks what a bucket is reduced to once it has a length, and goes with it', async () => {
    const user = edit({ view: 'table' });
    expect(screen.queryByLabelText('Reduce')).not.toBeInTheDocument();
    await user.type(screen.getByLabelText('Bucket'), '1s{Enter}');
    expect(stored()?.bucket).toEqual({ interval: '1s', reduce: 'last' });
    await choose(user, screen.getByLabelText('Reduce'), /^OHLC/);
    expect(stored()?.bucket).toEqual({ interval: '1s', reduce: 'ohlc' });
    await user.clear(screen.getByLabelText('Bucket'));
    await user.type(screen.getByLabelText('Bucket'), '5m{Enter}');
    expect(stored()?.bucket).toEqual({ interval: '5m', reduce: 'ohlc' });
    await user.clear(screen.getByLabelText('Bucket'));
    await user.tab();
    expect(stored()?.bucket).toBeUndefined();
    expect(screen.queryByLabelText('Reduce')).not.toBeInTheDocument();
  });

  it('offers every reducer', async () => {
    const user = edit({ bucket: { interval: '1s', reduce: 'mean' } });
    expect(screen.getByLabelText('Reduce')).toHaveValue('Mean');
    await user.click(screen.getByLabelText('Reduce'));
    const options = await screen.findAllByRole('option');
    const names = ['Last', 'First', 'Min', 'Max', 'Mean', 'Sum', 'Count', 'OHLC'];
    expect(options).toHaveLength(names.length);
    names.forEach((name, at) => expect(options[at]).toHaveTextContent(new RegExp(`^${name}`)));
  });
});

it('shows beside the rows that they cannot be of keys and of buckets', async () => {
  const problem = refuse(OPTION_ERRORS.mode);
  edit(OPTION_ERRORS.mode.query);
  expect(await screen.findByRole('alert')).toHaveTextContent(problem);
});

describe('view', () => {
  it.each([
    ['Table', 'table'],
    ['Logs', 'logs'],
  ])('%s is stored as %s', async (label, view) => {
    const user = edit();
    await user.click(unfold());
    expect(radio('View', 'Time series')).toBeChecked();
    await user.click(radio('View', label));
    expect(stored()).toEqual({ refId: 'A', view });
  });
});

it.each<[Partial<StreamQuery>, string]>([
  [UPSERT, 'one row per key, time series'],
  [{ bucket: { interval: '5m', reduce: 'ohlc' } }, 'all rows, ohlc of each 5m, time series'],
  [{ view: 'logs' }, 'all rows, logs'],
])('says in the fold what holds', async (query, summary) => {
  const user = edit(query);
  await user.click(unfold());
  expect(within(screen.getByRole('region', { name: 'Shape' })).getByText(summary)).toBeInTheDocument();
});
