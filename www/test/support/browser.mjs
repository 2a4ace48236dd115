// Finds and starts a Chromium that is installed on this machine.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

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
 * The program that CHROME_PATH names, or the first browser on the PATH.
 * @returns {string} its full path
 */
function findBrowser() {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  const onPath = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  const candidates = process.env.CHROME_PATH ? [process.env.CHROME_PATH] : onPath;
  const found = candidates.find(isExecutable);
  if (!found) {
    throw new Error(`No browser at ${candidates.join(', ')}. Put one of ${NAMES.join(', ')} on the PATH.`);
  }
  return found;
}

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

/**
 * A headless browser with an empty profile.
 * @param {{ args?: string[], slowsHidden?: boolean }} [options] further switches, and whether hidden pages are slowed down
 */
export function launch({ args = [], slowsHidden = false } = {}) {
  return chromium.launch({
    executablePath: findBrowser(),
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
  const browser = spawn(findBrowser(), args, { stdio: 'ignore' });
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
