import process from 'node:process';

import { find, run } from '../command.mjs';
import { ready, SetupError, working } from './report.mjs';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const DRIVERS = ['chromedriver'];

/** The browser that the tests run in, and the program that drives it. */
export async function setUpBrowser() {
  if (!find(...BROWSERS) || !find(...DRIVERS)) {
    await installBrowser();
  }
  ready(`${find(...BROWSERS)}, ${find(...DRIVERS)}`);
}

async function installBrowser() {
  if (process.getuid?.() !== 0 || !find('apt-get')) {
    throw new SetupError(
      'The tests need Chromium or Chrome with its ChromeDriver on the PATH. Install both, for example with ' +
        '"sudo apt install chromium chromium-driver" on Debian, and run this again.'
    );
  }
  working('installing chromium and chromium-driver');
  await run('apt-get', ['update']);
  await run('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium', 'chromium-driver'], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  });
}
