import { screen } from '@testing-library/react';

import { OPTION_ERRORS } from '../../../test/support/optionErrors';
import { edit, refuse, stored } from '../../../test/support/queryPanel';

const unfold = () => screen.getByRole('button', { name: 'JSON in texts' });

it('takes paths of texts, and says which are chosen while it is folded', async () => {
  const user = edit();
  await user.click(unfold());
  await user.click(screen.getByRole('button', { name: 'Add text' }));
  expect(screen.getByLabelText('Text 1')).toHaveFocus();
  await user.keyboard('$.payload{Enter}');
  expect(stored()?.parse).toEqual(['$.payload']);
  await user.click(unfold());
  expect(screen.getByText('$.payload')).toBeInTheDocument();
  await user.click(unfold());
  await user.click(screen.getByRole('button', { name: 'Remove text 1' }));
  expect(stored()?.parse).toBeUndefined();
});

it('is open where a text is chosen, and says what is wrong with a path', async () => {
  const problem = refuse(OPTION_ERRORS.parse);
  const user = edit({ parse: [''] });
  await user.click(unfold());
  await user.type(screen.getByLabelText('Text 1'), OPTION_ERRORS.parse.error.value);
  await user.tab();
  expect(await screen.findByRole('alert')).toHaveTextContent(problem);
});
