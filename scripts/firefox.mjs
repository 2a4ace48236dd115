// Firefox, the second browser of the tests: what it is called, and how a run without it says so.
import { find } from './command.mjs';

/** Programs, Debian's first. */
export const FIREFOX = ['firefox-esr', 'firefox'];
/** What drives it for the engine's own tests. */
export const GECKODRIVER = 'geckodriver';

/**
 * Why something cannot run in Firefox, or undefined when it can.
 * @param {string[]} programs that are needed besides Firefox
 */
export function lacksForFirefox(...programs) {
  const missing = [!find(...FIREFOX) && 'Firefox', ...programs.filter((name) => !find(name))].filter(Boolean);
  return missing.length > 0 ? `${missing.join(' and ')} not installed` : undefined;
}

/** A line for the summary of `npm test`. @param {string} what @param {string} why */
export function saySkipped(what, why) {
  console.log(`﹣ ${what} # SKIP ${why}`);
}
