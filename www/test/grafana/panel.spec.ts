import { expect, test } from '@grafana/plugin-e2e';

import { DASHBOARD } from './provisioned';

test('a panel of the provisioned dashboard is live, and says of no error', async ({
  readProvisionedDashboard,
  gotoDashboardPage,
}) => {
  const { uid } = await readProvisionedDashboard(DASHBOARD);
  const dashboard = await gotoDashboardPage({ uid });
  const panel = dashboard.getPanelByTitle('Temperature');
  await panel.scrollIntoView();
  const shown = await textOf(panel.locator);
  await expect(panel.locator).not.toHaveText(shown);
  await expect(panel.getErrorIcon()).toHaveCount(0);
});

test('rows come through Grafana as a proxy too', async ({ readProvisionedDashboard, gotoDashboardPage }) => {
  const { uid } = await readProvisionedDashboard(DASHBOARD);
  const dashboard = await gotoDashboardPage({ uid });
  const panel = dashboard.getPanelByTitle("Through Grafana's proxy, with history");
  await panel.scrollIntoView();
  await expect(panel.locator.locator('canvas').first()).toBeVisible();
  await expect(panel.getErrorIcon()).toHaveCount(0);
});

/** What a panel shows once it shows a number. */
async function textOf(panel: import('@playwright/test').Locator): Promise<string> {
  await expect(panel).toContainText(/\d/);
  return panel.innerText();
}
