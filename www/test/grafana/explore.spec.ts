import { expect, test } from '@grafana/plugin-e2e';

import { SOURCES } from './provisioned';

test('Explore draws a feed', async ({ explorePage, readProvisionedDataSource, selectors }) => {
  const source = await readProvisionedDataSource(SOURCES);
  await explorePage.datasource.set(source.name);
  const path = explorePage.getQueryEditorRow('A').getByRole('textbox', { name: /^Path/ }).first();
  await path.fill('/simple?period=100');
  await path.press('Enter');
  // Not runQuery(), which waits for a query of Grafana's server: here it is the browser that reads the feed.
  await explorePage.getByGrafanaSelector(selectors.components.RefreshPicker.runButtonV2).first().click();
  await expect(explorePage.timeSeriesPanel.locator.locator('canvas').first()).toBeVisible({ timeout: 15_000 });
});
