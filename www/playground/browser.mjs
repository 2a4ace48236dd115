// Finds and starts a Chromium that is installed on this machine.
import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

const quiet = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--no-first-run',
];

async function executable(file) {
  return access(file, constants.X_OK).then(
    () => true,
    () => false
  );
}

/** The first browser on PATH, or the one that CHROME_PATH names. */
export async function findBrowser() {
  const directories = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  const candidates = names.flatMap((name) => directories.map((directory) => path.join(directory, name)));
  for (const file of [process.env.CHROME_PATH, ...candidates]) {
    if (file && (await executable(file))) {
      return file;
    }
  }
  throw new Error(`no browser found: put one of ${names.join(', ')} on PATH, or set CHROME_PATH`);
}

/** A headless browser with an empty profile. Chromium refuses its sandbox to root. */
export async function launchBrowser({ args = [] } = {}) {
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: await findBrowser(), args: [...quiet, ...sandbox, ...args] });
}
