// Finds and starts a browser that is installed on this machine: Chromium, or Firefox where FRESHET_BROWSER says so.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { chromium, firefox } from 'playwright-core';

import { FIREFOX } from '../../../scripts/firefox.mjs';

/** The browser that the tests run in. */
export const BROWSER = nameOf(process.env.FRESHET_BROWSER ?? 'chromium');

const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** @param {string} word @returns {'chromium' | 'firefox'} */
function nameOf(word) {
  if (word !== 'chromium' && word !== 'firefox') {
    throw new Error(`FRESHET_BROWSER is "${word}", and may be "chromium" or "firefox".`);
  }
  return word;
}

// What a browser does on the network of its own accord has no place in a test.
const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--no-first-run',
];

/**
 * The program that a variable names, or the first of these on the PATH.
 * @param {string | undefined} named
 * @param {string[]} names
 * @returns {string} its full path
 */
function findBrowser(named, names) {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  const onPath = names.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  const candidates = named ? [named] : onPath;
  const found = candidates.find(isExecutable);
  if (!found) {
    throw new Error(`No browser at ${candidates.join(', ')}. Put one of ${names.join(', ')} on the PATH.`);
  }
  return found;
}

const findChromium = () => findBrowser(process.env.CHROME_PATH, CHROMIUM);
const findFirefox = () => findBrowser(process.env.FIREFOX_PATH, FIREFOX);

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // The answer to the question, not a fault.
  }
}

/** Chromium refuses its sandbox to root. */
const sandbox = () => (process.getuid?.() === 0 ? ['--no-sandbox'] : []);

/** Playwright's switches that have a browser treat hidden pages like those in front. */
const ALWAYS_AWAKE = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/** What firefoxRelay.mjs is for. */
const RELAY = fileURLToPath(new URL('firefoxRelay.mjs', import.meta.url));

/** The same of Firefox, as preferences. */
const QUIET_FIREFOX = {
  'app.normandy.enabled': false,
  'browser.aboutConfig.showWarning': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
};

/**
 * A headless browser with an empty profile.
 * @param {{ args?: string[], slowsHidden?: boolean }} [options] further switches of Chromium, and whether it slows hidden
 *   pages down
 */
export function launch(options) {
  return BROWSER === 'firefox' ? launchFirefox() : launchChromium(options);
}

/** A Firefox as its makers ship it, driven through WebDriver BiDi. */
function launchFirefox() {
  return firefox.launch({
    channel: 'moz-firefox',
    executablePath: RELAY,
    env: { ...process.env, FRESHET_FIREFOX: findFirefox() },
    firefoxUserPrefs: QUIET_FIREFOX,
  });
}

/** @param {{ args?: string[], slowsHidden?: boolean }} [options] */
function launchChromium({ args = [], slowsHidden = false } = {}) {
  return chromium.launch({
    executablePath: findChromium(),
    args: [...QUIET, ...sandbox(), ...args],
    ignoreDefaultArgs: slowsHidden ? ALWAYS_AWAKE : [],
  });
}

/**
 * Opens a page in a headless browser with an empty profile and no debugger, as people have it. A browser that
 * [`launch`] drives tells its driver of every frame that a socket receives, which takes a third of all time.
 * @param {string} url
 * @param {string[]} [flags] further switches
 * @returns {Promise<{ exited: Promise<void>, close: () => Promise<void> }>} `exited` fails when the browser ends by itself
 */
export async function open(url, flags = []) {
  const profile = await mkdtemp(path.join(tmpdir(), 'freshet-browser-'));
  const args = ['--headless', ...QUIET, ...sandbox(), ...flags, `--user-data-dir=${profile}`, url];
  const browser = spawn(findChromium(), args, { stdio: 'ignore' });
  const end = new Promise((resolve) => browser.once('exit', resolve));
  /** @type {Promise<void>} */
  const exited = new Promise((_, reject) => {
    browser.once('error', reject);
    browser.once('exit', (code, signal) => reject(new Error(`The browser ended with ${signal ?? code}.`)));
  });
  exited.catch(() => undefined); // Whoever waits for it hears of it; after `close` nobody does.
  return {
    exited,
    async close() {
      browser.kill();
      await end;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
