import { expect, test } from '@grafana/plugin-e2e';

import { SOURCES } from './provisioned';

test('a variable lists the values of a feed', async ({ variableEditPage, readProvisionedDataSource, page }) => {
  const source = await readProvisionedDataSource(SOURCES);
  await variableEditPage.setVariableType('Query');
  await variableEditPage.datasource.set(source.name);
  const path = page.getByRole('textbox', { name: /^Path/ }).first();
  await path.fill('/sensors?period=100&devices=2');
  await path.press('Enter');
  const field = page.getByRole('textbox', { name: /^Field/ });
  await field.fill('$.device');
  await field.press('Enter');
  await variableEditPage.runQuery();
  await expect(variableEditPage).toDisplayPreviews(['pump-1', 'pump-2'], { timeout: 15_000 });
});
