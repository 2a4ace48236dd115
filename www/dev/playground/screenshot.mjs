// Takes the pictures of the documentation and of plugin.json from the playground, with live data from the feed server: into
// www/plugin/img what the plugin ships, into docs/img the rest. Needs a built plugin (npm run build) and a Chromium on PATH.
// `npm run pictures`, or with names: `npm run pictures -- feed trades`.
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { startFeedServer } from '../feed/server.mjs';
import { launch } from '../../test/support/browser.mjs';
import { build, serve } from './build.mjs';

/**
 * @typedef {import('playwright-core').Page} Page
 * @typedef {object} Picture
 * @property {string} file from the root of the repository
 * @property {Record<string, string>} address options in the playground's address
 * @property {{ width: number, height: number }} [size] default: 1280 × 720
 * @property {(page: Page) => Promise<unknown>} prepare brings the page to where the picture is taken
 */

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Whoever reads the documentation on a slow line waits for them, and they stay in the history of the repository. */
const MOST_BYTES = 200_000;

/** Until a chart of so long a time range is full from edge to edge. @param {number} rangeMs */
const filled = (rangeMs) => (/** @type {Page} */ page) => page.waitForTimeout(rangeMs + 3_000);

/** What the pointer is over looks different, and holds the messages of the feed. @param {Page} page */
const pointAtNothing = (page) => page.mouse.move(0, 0);

/** The list of the playground's own dashboards is of no use in a picture. @param {Page} page */
async function closeMenu(page) {
  const toggle = page.getByRole('button', { name: 'Open or close the menu' });
  await toggle.waitFor();
  if (await page.getByRole('navigation', { name: 'Menu' }).isVisible()) {
    await toggle.click();
    await toggle.blur();
    await pointAtNothing(page);
  }
}

/** A panel of the nested sensors whose query says nothing yet, with the feed open. @param {Page} page */
async function seeFeed(page) {
  await page.getByRole('textbox', { name: 'Title' }).fill('Pumps');
  await page.getByRole('textbox', { name: 'Description' }).fill('');
  const query = page.getByRole('region', { name: 'Query A' });
  const field = query.getByLabel('Path').first();
  await field.fill('/sensors');
  await field.press('Enter');
  const button = query.getByRole('button', { name: 'See the feed' });
  await button.click();
  await query.getByText(/[1-9]\d{2} in all/).waitFor();
  await button.blur();
  await pointAtNothing(page);
  await button.evaluate((element) => element.scrollIntoView({ block: 'start' }));
  return query;
}

/** @type {Record<string, Picture>} */
const PICTURES = {
  overview: {
    file: 'www/plugin/img/screenshot.png',
    address: { dashboard: 'overview', from: 'now-30s', to: 'now' },
    prepare: async (page) => {
      await page.getByText('Tape').waitFor();
      await filled(30_000)(page);
    },
  },
  trades: {
    file: 'www/plugin/img/trades.png',
    address: { dashboard: 'freshet-trades', from: 'now-1m', to: 'now' },
    size: { width: 1280, height: 860 },
    prepare: filled(60_000),
  },
  settings: {
    file: 'docs/img/settings.png',
    address: { page: 'datasource' },
    size: { width: 860, height: 720 },
    prepare: async (page) => {
      await page.getByRole('combobox', { name: 'Known server' }).fill('Mosquitto');
      await page.getByRole('option', { name: 'Mosquitto' }).click();
      await page.getByText('Filled in for Mosquitto').waitFor();
      // The menu that was open has left the focus in the field.
      await page.getByRole('heading', { level: 1 }).click();
    },
  },
  feed: {
    file: 'www/plugin/img/feed.png',
    address: { dashboard: 'simple', editPanel: 'panel-1', from: 'now-15s', to: 'now' },
    size: { width: 1280, height: 900 },
    prepare: async (page) => {
      const query = await seeFeed(page);
      await filled(15_000)(page);
      await query
        .getByRole('button', { name: /^temperature: / })
        .first()
        .hover();
      // Buttons fade.
      await page.waitForTimeout(500);
    },
  },
  suggested: {
    file: 'docs/img/suggested.png',
    address: { dashboard: 'simple', editPanel: 'panel-1', from: 'now-30s', to: 'now' },
    size: { width: 1280, height: 860 },
    prepare: async (page) => {
      const query = await seeFeed(page);
      await query.getByRole('button', { name: 'Suggest' }).click();
      await query.getByText('The query was filled in from the messages.').waitFor();
      await pointAtNothing(page);
      await filled(30_000)(page);
    },
  },
};

/** @param {Page} page @param {string} url @param {Picture} picture */
async function take(page, url, { file, address, prepare }) {
  /** @type {string[]} */
  const faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  const target = new URL(url);
  target.search = new URLSearchParams(address).toString();
  await page.goto(target.href);
  await closeMenu(page);
  await prepare(page);
  if (faults.length > 0) {
    throw new Error(`${file}: the page reported errors:\n${faults.join('\n')}`);
  }
  const empty = await page.getByText('No data', { exact: true }).count();
  if (empty > 0) {
    throw new Error(`${file}: ${empty} panels show "No data"`);
  }
  const whole = path.join(root, file);
  await mkdir(path.dirname(whole), { recursive: true });
  await page.screenshot({ path: whole });
  const { size } = await stat(whole);
  if (size > MOST_BYTES) {
    throw new Error(`${file} has ${size} bytes; ${MOST_BYTES} are the limit. Make it smaller.`);
  }
  return `${file}: ${Math.ceil(size / 1024)} KiB`;
}

/** @param {string[]} names all, if there are none */
async function takePictures(names) {
  const unknown = names.filter((name) => !(name in PICTURES));
  if (unknown.length > 0) {
    throw new Error(`There is no picture ${unknown.join(', ')}; there are ${Object.keys(PICTURES).join(', ')}.`);
  }
  await build();
  const feed = await startFeedServer({ port: 0 });
  const server = await serve({ port: 0, feedUrl: feed.url });
  const browser = await launch();
  try {
    for (const name of names.length > 0 ? names : Object.keys(PICTURES)) {
      const { size = { width: 1280, height: 720 } } = PICTURES[name];
      const page = await browser.newPage({ viewport: size });
      console.log(await take(page, server.url, PICTURES[name]));
      await page.close();
    }
  } finally {
    await browser.close();
    await server.close();
    await feed.close();
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await takePictures(process.argv.slice(2));
}
