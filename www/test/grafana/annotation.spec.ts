import { expect, test } from '@grafana/plugin-e2e';

import { SOURCES } from './provisioned';

test('the rows of a feed are events', async ({ annotationEditPage, readProvisionedDataSource, page, selectors }) => {
  const source = await readProvisionedDataSource(SOURCES);
  await annotationEditPage.datasource.set(source.name);
  const path = page.getByRole('textbox', { name: /^Path/ }).first();
  await path.fill('/logs?period=100');
  await path.press('Enter');
  // Not runQuery(), which waits for a query of Grafana's server: here it is the browser that reads the feed.
  await annotationEditPage.getByGrafanaSelector(selectors.components.Annotations.editor.testButton).click();
  await expect(annotationEditPage).toHaveAlert('success', { hasText: /[1-9]\d* events/, timeout: 15_000 });
});
