import { expect, test } from '@grafana/plugin-e2e';

import { FEEDS, SOURCES, TYPE } from './provisioned';

test('"Save & test" opens a connection and shows the first message', async ({ createDataSourceConfigPage, page }) => {
  const configPage = await createDataSourceConfigPage({ type: TYPE });
  await page.getByRole('textbox', { name: /^URL/ }).fill(`${FEEDS}/simple`);
  await page.getByRole('button', { name: 'Save & test' }).click();
  await expect(configPage).toHaveAlert('success', { hasText: `Connected to ${FEEDS}/simple`, timeout: 15_000 });
});

test('an address at which nothing answers is told in words', async ({ createDataSourceConfigPage, page }) => {
  const configPage = await createDataSourceConfigPage({ type: TYPE });
  await page.getByRole('textbox', { name: /^URL/ }).fill('ws://localhost:1');
  await page.getByRole('button', { name: 'Save & test' }).click();
  await expect(configPage).toHaveAlert('error', { hasText: 'localhost:1', timeout: 15_000 });
});

test('a provisioned data source shows its settings', async ({
  readProvisionedDataSource,
  gotoDataSourceConfigPage,
  page,
}) => {
  const source = await readProvisionedDataSource(SOURCES);
  await gotoDataSourceConfigPage(source.uid);
  await expect(page.getByRole('textbox', { name: /^URL/ })).toHaveValue(FEEDS);
});
