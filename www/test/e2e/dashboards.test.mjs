// The dashboards that the plugin includes, each in the playground, fed by the feed server.
import assert from 'node:assert/strict';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';

import { setStage } from './stage.mjs';

const stage = setStage();

/** A folder for pictures of every dashboard, for people. */
const PICTURES = process.env.FRESHET_PICTURES;

/** What a dashboard shows once it has data: texts, and the names of pictures. */
const BOARDS = [
  { uid: 'freshet-sensors', panels: 5, texts: ['Newest report of each', 'pump-3', 'north'] },
  {
    uid: 'freshet-trades',
    panels: 6,
    texts: ['BTCUSDT', 'Bids'],
    pictures: [/[1-9]\d* candles/, /^Over Price: 15 of Bids, 15 of Asks$/],
  },
  { uid: 'freshet-logs', panels: 2, texts: ['Tail', 'service='] },
  { uid: 'freshet-topics', panels: 3, texts: ['plant/hall1/temperature', 'plant/press/power'] },
  { uid: 'freshet-map', panels: 3, texts: ['Aurora', 'DLH4KT'], pictures: [/^12 places/] },
  { uid: 'freshet-states', panels: 2, texts: ['front door', 'heating'], pictures: [/states of 5/] },
];

/** @param {import('playwright-core').Page} page @param {number} panels */
async function waitForData(page, panels) {
  await page.waitForFunction(
    (count) =>
      document.querySelectorAll('[data-testid^="data-testid Panel header"]').length >= count &&
      !/No data/.test(document.body.innerText),
    panels,
    { timeout: 30_000 }
  );
}

/** @param {import('playwright-core').Page} page @param {string} uid */
async function picture(page, uid) {
  if (PICTURES) {
    await page.waitForTimeout(20_000);
    await page.screenshot({ path: path.join(PICTURES, `${uid}.png`) });
  }
}

/** What the panels tell their users, by severity. @param {import('playwright-core').Page} page */
async function complaints(page) {
  const icons = page.locator('[data-testid="panel-notice-error"], [data-testid="panel-notice-warning"]');
  return icons.evaluateAll((all) => all.map((icon) => icon.getAttribute('aria-label')));
}

for (const { uid, panels, texts, pictures = [] } of BOARDS) {
  test(`${uid} shows data and no complaint`, async (t) => {
    const { page } = await stage.visit(t, { dashboard: uid, from: 'now-30s' });
    await waitForData(page, panels);
    for (const text of texts) {
      await page.getByText(text).first().waitFor();
    }
    for (const name of pictures) {
      await page.getByRole('img', { name }).first().waitFor();
    }
    await picture(page, uid);
    assert.deepEqual(await complaints(page), []);
  });
}

test('freshet-connections shows what other panels read, and follows what happens to that, without a socket', async (t) => {
  const { page, feed } = await stage.visit(t, { dashboard: 'freshet-sensors', from: 'now-30s' });
  await waitForData(page, 5);
  // Until there are rows, nobody can say that a socket was opened.
  await page.getByText('pump-3').first().waitFor();
  // The rows and sockets of the other dashboard linger, so they are there still.
  await page.getByText('Connection health').first().click();
  const row = page.getByRole('row').filter({ hasText: '/sensors' });
  await row.getByText('open').waitFor();
  await row.getByText('Demo feed').waitFor();
  await page.getByRole('img', { name: /states of 1/ }).waitFor();
  // It has opened no socket of its own.
  assert.equal(feed.stats().opened, 1);
  await picture(page, 'freshet-connections');
  await fetch(`${feed.httpUrl}/control/drop`, { method: 'POST' });
  await row.locator('[aria-colindex]').filter({ hasText: /^1$/ }).first().waitFor();
  await row.getByText('open').waitFor();
  assert.equal(feed.stats().opened, 2);
  assert.deepEqual(await complaints(page), []);
});

test('a filter of the dashboard holds for all its panels, and is chosen from what was seen', async (t) => {
  const { page, feed } = await stage.visit(t, { dashboard: 'freshet-logs', from: 'now-30s' });
  await waitForData(page, 2);
  await page.getByText('service=billing').first().waitFor();
  await page.getByText('service=web').first().waitFor();
  await page.getByPlaceholder(/label/).first().click();
  await page.getByRole('option', { name: 'service' }).click();
  await page
    .getByRole('option', { name: /^= / })
    .or(page.getByRole('option', { name: '=', exact: true }))
    .first()
    .click();
  await page.getByRole('option', { name: 'billing' }).click();
  await page.waitForFunction(() => !/service=(api|web|worker)/.test(document.body.innerText));
  await page.getByText('service=billing').first().waitFor();
  // All of that is one connection's.
  assert.equal(feed.stats().opened, 1);
  assert.deepEqual(await complaints(page), []);
});
