// Takes the README's picture: the overview dashboard with live data from the feed server, into www/plugin/img/screenshot.png.
// Needs a built plugin (npm run build) and a Chromium on PATH.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { startFeedServer } from '../feed/server.mjs';
import { launch } from '../../test/support/browser.mjs';
import { build, serve } from './build.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));

/** Long enough for the charts to be full from edge to edge. */
const window = { from: 'now-30s', fillMs: 33_000 };

/** @param {import('playwright-core').Page} page @param {string} url @param {string} file */
async function picture(page, url, file) {
  /** @type {string[]} */
  const faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  const address = new URL(url);
  address.search = new URLSearchParams({ dashboard: 'overview', from: window.from, to: 'now' }).toString();
  await page.goto(address.href);
  await page.getByText('Tape').waitFor();
  await page.waitForTimeout(window.fillMs);
  if (faults.length > 0) {
    throw new Error(`the page reported errors:\n${faults.join('\n')}`);
  }
  const empty = await page.getByText('No data', { exact: true }).count();
  if (empty > 0) {
    throw new Error(`${empty} panels show "No data"`);
  }
  await mkdir(path.dirname(file), { recursive: true });
  await page.screenshot({ path: file });
}

async function takeScreenshot(file = path.resolve(here, '../../plugin/img/screenshot.png')) {
  await build();
  const feed = await startFeedServer({ port: 0 });
  const server = await serve({ port: 0, feedUrl: feed.url });
  const browser = await launch();
  try {
    const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
    await picture(page, server.url, file);
  } finally {
    await browser.close();
    await server.close();
    await feed.close();
  }
  return file;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(`screenshot: ${path.relative(process.cwd(), await takeScreenshot(process.argv[2]))}`);
}
