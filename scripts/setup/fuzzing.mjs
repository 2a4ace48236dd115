import { ask, CommandError, find } from '../command.mjs';
import { installStarter } from './crates.mjs';
import { note, ready } from './report.mjs';

/** cargo-fuzz, which the fuzz step of the tests needs. Where it cannot be had, only that step fails. */
export async function setUpFuzzing() {
  try {
    if (!find('cargo-fuzz')) {
      await installStarter('cargo-fuzz');
    }
    ready(ask('cargo-fuzz', '--version') ?? 'cargo-fuzz');
  } catch (error) {
    if (!(error instanceof CommandError)) {
      throw error;
    }
    note(`cargo-fuzz could not be installed, so the fuzz step will fail: ${error.message}`);
  }
}
