import { expect, test } from '@grafana/plugin-e2e';

import { SOURCES } from './provisioned';

test.beforeEach(async ({ panelEditPage, readProvisionedDataSource }) => {
  const source = await readProvisionedDataSource(SOURCES);
  await panelEditPage.datasource.set(source.name);
  await panelEditPage.setVisualization('Table');
  const path = panelEditPage.getQueryEditorRow('A').getByRole('textbox', { name: /^Path/ }).first();
  await path.fill('/simple?period=100');
  await path.press('Enter');
});

test('a path is all that a plain feed needs', async ({ panelEditPage }) => {
  await expect(panelEditPage.panel.fieldNames).toContainText(['time', 'value']);
});

test('a field that is added becomes the column of the table', async ({ panelEditPage }) => {
  const row = panelEditPage.getQueryEditorRow('A');
  await row.getByRole('button', { name: 'Add field' }).click();
  const field = row.getByRole('group', { name: 'Field 1' });
  await field.getByLabel('Path').fill('$.value');
  await field.getByLabel('Path').press('Enter');
  await field.getByLabel('Name').fill('level');
  await field.getByLabel('Name').press('Enter');
  await expect(panelEditPage.panel.fieldNames).toContainText(['level']);
});

test('a path that is wrong is told beside its field', async ({ panelEditPage }) => {
  const row = panelEditPage.getQueryEditorRow('A');
  await row.getByRole('button', { name: 'Add field' }).click();
  const path = row.getByRole('group', { name: 'Field 1' }).getByLabel('Path');
  await path.fill('$.value[');
  await path.press('Enter');
  await expect(row.getByText(/"\$\.value\[": expected .+ \(at character 9\)/).first()).toBeVisible();
});
