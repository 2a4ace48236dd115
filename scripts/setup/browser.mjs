import { CommandError, find } from '../command.mjs';
import { FIREFOX, GECKODRIVER } from '../firefox.mjs';
import { installPackages, mayInstall } from './apt.mjs';
import { installStarter } from './crates.mjs';
import { note, ready, SetupError } from './report.mjs';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const DRIVERS = ['chromedriver'];

/** The browser that all tests run in, and the program that drives it. */
export async function setUpBrowser() {
  if (!find(...BROWSERS) || !find(...DRIVERS)) {
    if (!mayInstall()) {
      throw new SetupError(
        'The tests need Chromium or Chrome with its ChromeDriver on the PATH. Install both, for example with ' +
          '"sudo apt install chromium chromium-driver" on Debian, and run this again.'
      );
    }
    await installPackages('chromium', 'chromium-driver');
  }
  ready(`${find(...BROWSERS)}, ${find(...DRIVERS)}`);
}

/** The second browser, and its driver. Without them the tests that run in it too are skipped there, and say so. */
export async function setUpFirefox() {
  await attempt('firefox-esr', !find(...FIREFOX) && mayInstall(), () => installPackages('firefox-esr'));
  const firefox = find(...FIREFOX);
  if (!firefox) {
    note('Firefox is missing, so nothing is tested in it. On Debian: "sudo apt install firefox-esr"');
    return;
  }
  await attempt(GECKODRIVER, !find(GECKODRIVER), () => installStarter(GECKODRIVER));
  const driver = find(GECKODRIVER);
  if (driver) {
    ready(`${firefox}, ${driver}`);
  } else {
    ready(firefox);
    note(`${GECKODRIVER} is missing, so the engine's own tests are skipped in Firefox.`);
  }
}

/**
 * Installs what the tests can do without.
 * @param {string} name
 * @param {boolean} isNeeded
 * @param {() => Promise<void>} install
 */
async function attempt(name, isNeeded, install) {
  try {
    await (isNeeded && install());
  } catch (error) {
    if (!(error instanceof CommandError)) {
      throw error;
    }
    note(`${name} could not be installed: ${error.message}`);
  }
}
