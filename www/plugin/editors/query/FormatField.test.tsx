import { screen, within } from '@testing-library/react';

import { OPTION_ERRORS } from '../../../test/support/optionErrors';
import { choose, edit, onRunQuery, refuse, stored } from '../../../test/support/queryPanel';
import { FORMATS, PROTOCOL_FORMATS } from '../../generated';

const ALL = [{ title: 'Auto', name: 'auto' }, ...FORMATS, ...PROTOCOL_FORMATS];

it.each(ALL.map(({ title, name }) => [title, name]))('%s is stored as %s', async (label, format) => {
  const user = edit({ format: format === 'auto' ? 'json' : 'auto' });
  await user.click(screen.getByLabelText('Format'));
  await user.keyboard(label);
  const options = await screen.findAllByRole('option');
  await user.click(options.find((option) => option.textContent?.startsWith(label)) as HTMLElement);
  expect(stored()?.format).toBe(format);
  expect(screen.getByLabelText('Format')).toHaveValue(label);
  expect(onRunQuery).toHaveBeenCalledTimes(1);
});

it('of a history is one of data, since no protocol answers an HTTP request', async () => {
  const user = edit({ backfill: { url: '/history' } });
  await user.click(screen.getByLabelText('History format'));
  expect(await screen.findAllByRole('option')).toHaveLength(1 + FORMATS.length);
});

describe('CSV', () => {
  const header = (label: string) =>
    within(screen.getByRole('radiogroup', { name: 'Header' })).getByLabelText(label, { exact: true });

  it.each([undefined, 'auto', 'json'] as const)('is not asked about for the format %s', (format) => {
    edit({ format });
    expect(screen.queryByRole('radiogroup', { name: 'Header' })).not.toBeInTheDocument();
    expect(screen.queryByLabelText('Separator')).not.toBeInTheDocument();
  });

  it('guesses header and separator at first', () => {
    edit({ format: 'csv' });
    expect(header('Auto')).toBeChecked();
    expect(screen.getByLabelText('Separator')).toHaveValue('Auto');
  });

  it('has a header or none, and forgets the choice with Auto', async () => {
    const user = edit({ format: 'csv' });
    await user.click(header('Yes'));
    expect(stored()?.csv).toEqual({ header: true });
    await user.click(header('No'));
    expect(stored()?.csv).toEqual({ header: false });
    expect(header('No')).toBeChecked();
    await user.click(header('Auto'));
    expect(stored()?.csv).toBeUndefined();
  });

  it('takes a separator from the list, beside the header', async () => {
    const user = edit({ format: 'csv', csv: { header: true } });
    await choose(user, screen.getByLabelText('Separator'), 'Tab');
    expect(stored()?.csv).toEqual({ header: true, separator: '\t' });
    await choose(user, screen.getByLabelText('Separator'), 'Auto');
    expect(stored()?.csv).toEqual({ header: true });
  });

  it('takes a separator that is typed, and says what is wrong with a longer one', async () => {
    const problem = refuse(OPTION_ERRORS.separator);
    const user = edit({ format: 'csv' });
    await user.click(screen.getByLabelText('Separator'));
    await user.keyboard('~');
    await user.click(await screen.findByRole('option', { name: /As the separator/ }));
    expect(stored()?.csv).toEqual({ separator: '~' });
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
    await user.click(screen.getByLabelText('Separator'));
    await user.keyboard('::');
    await user.click(await screen.findByRole('option', { name: /As the separator/ }));
    expect(await screen.findByRole('alert')).toHaveTextContent(problem);
  });
});
