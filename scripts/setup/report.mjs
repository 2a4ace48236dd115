import process from 'node:process';

const started = Date.now();
let installed = false;

/** Something that was there already. @param {string} what */
export function ready(what) {
  console.log(`  ✓ ${what}`);
}

/** Something that is going to take a while. @param {string} what */
export function working(what) {
  installed = true;
  console.log(`  … ${what}`);
}

/** Something a person should know and need not act on at once. @param {string} what */
export function note(what) {
  console.log(`  ! ${what}`);
}

/** What only a person can put right. */
export class SetupError extends Error {}

export function done() {
  if (installed) {
    console.log(`  Set up in ${Math.round((Date.now() - started) / 1000)} s.`);
  }
}

/** @param {unknown} error */
export function fail(error) {
  if (!(error instanceof Error)) {
    throw error;
  }
  // What a person can put right needs no stack.
  console.error(`  ✗ ${error instanceof SetupError ? error.message : (error.stack ?? error.message)}`);
  process.exitCode = 1;
}
