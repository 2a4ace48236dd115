import { screen } from '@testing-library/react';

import { edit, onChange, stored } from '../../../test/support/queryPanel';

describe('window', () => {
  it('is stored as it is written', async () => {
    const user = edit();
    await user.type(screen.getByLabelText('Window'), '5m{Enter}');
    expect(stored()).toEqual({ refId: 'A', window: '5m' });
  });

  it('is a duration', async () => {
    const user = edit();
    await user.type(screen.getByLabelText('Window'), '5 minutes');
    await user.tab();
    expect(screen.getByRole('alert')).toHaveTextContent(
      '"5 minutes" is not a duration. Write one such as 90s or 5m; the units are ms, s, m, h, d and w.'
    );
    expect(onChange).not.toHaveBeenCalled();
  });
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
