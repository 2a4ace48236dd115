import { screen } from '@testing-library/react';

import { OPTION_ERRORS } from '../../../test/support/optionErrors';
import { check, edit, refuse, stored } from '../../../test/support/queryPanel';

describe('window', () => {
  it('is stored as it is written', async () => {
    const user = edit();
    await user.type(screen.getByLabelText('Window'), '5m{Enter}');
    expect(stored()).toEqual({ refId: 'A', window: '5m' });
  });

  it('is a duration', async () => {
    const problem = refuse(OPTION_ERRORS.window);
    const user = edit();
    await user.type(screen.getByLabelText('Window'), '5 minutes');
    await user.tab();
    expect(await screen.findByRole('alert')).toHaveTextContent(problem);
  });
});

it.each([
  ['Capacity', 'capacity'],
  ['Updates per second', 'maxRate'],
  ['Series', 'maxSeries'],
])('%s shows what a file has, when that is no number', async (label, option) => {
  edit({ [option]: 'many' });
  expect(screen.getByLabelText(label)).toHaveValue('many');
  expect(screen.getByRole('alert')).toHaveTextContent('"many" is not a number.');
});

describe('series', () => {
  it('are limited where labels make some', async () => {
    const user = edit({ fields: [{ path: '$.device', role: 'label' }] });
    expect(screen.getByLabelText('Series')).toHaveAttribute('placeholder', '100');
    await user.type(screen.getByLabelText('Series'), '20{Enter}');
    expect(stored()?.maxSeries).toBe(20);
  });

  it('are not asked about without labels', () => {
    edit({ fields: [{ path: '$.device' }] });
    expect(screen.queryByLabelText('Series')).not.toBeInTheDocument();
  });

  it('can be unlimited again when the last label has gone', async () => {
    const user = edit({ maxSeries: 20 });
    await user.clear(screen.getByLabelText('Series'));
    await user.tab();
    expect(stored()?.maxSeries).toBeUndefined();
  });
});

describe('keep rows', () => {
  it('is stored when it is on, and not at all when it is off', async () => {
    const user = edit();
    expect(screen.getByLabelText('Keep rows')).not.toBeChecked();
    await user.click(screen.getByLabelText('Keep rows'));
    expect(stored()).toEqual({ refId: 'A', keepRows: true });
    await user.click(screen.getByLabelText('Keep rows'));
    expect(stored()?.keepRows).toBeUndefined();
  });

  it('says what cannot be kept', async () => {
    const { error } = OPTION_ERRORS.keepRows;
    check.mockResolvedValue([error]);
    edit(OPTION_ERRORS.keepRows.query);
    expect(await screen.findByRole('alert')).toHaveTextContent(error.problem);
  });
});
