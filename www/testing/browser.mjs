// @ts-check
// Finds and starts a Chromium that is installed on this machine.
import { accessSync, constants } from 'node:fs';
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
export function findBrowser() {
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

/**
 * A headless browser with an empty profile; Chromium refuses its sandbox to root.
 * @param {{ args?: string[] }} [options] further switches
 */
export function launch({ args = [] } = {}) {
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: findBrowser(), args: [...QUIET, ...sandbox, ...args] });
}
