import { collectDefaults } from '../defaults';
import { durationMs } from '../duration';
import { DURATION_UNITS_MS } from '../generated';
import { hasVariable } from '../interpolate';

/** What editors find wrong themselves: what is no part of a query as the engine knows it, and rows that are not filled in. */

/** The hint at a path that is not written yet, which is no error to the engine. `what` is the thing that has the path. */
export function missingPath(text: string, what: 'field' | 'condition' | 'key' | 'variable'): string | undefined {
  if (text.trim() !== '') {
    return undefined;
  }
  const left = what === 'variable' ? 'a variable without one has no values' : `a ${what} without one is left out`;
  return `The path is missing. It is a JSONPath such as $.value; ${left}.`;
}

/** What is wrong with the time a query variable reads messages; nothing as long as a variable stands in it, or nothing at all. */
export function collectForProblem(text: string): string | undefined {
  const duration = text.trim();
  if (duration === '' || hasVariable(duration)) {
    return undefined;
  }
  const { minMs, maxMs } = collectDefaults;
  const ms = durationMs(duration);
  if (ms === undefined) {
    return `"${duration}" is not a duration. Use one such as 90s or 5m; the units are ${UNITS}.`;
  }
  if (ms < minMs || ms > maxMs) {
    return `"${duration}" is out of bounds. Use a duration from ${minMs}ms to ${maxMs / 60_000}m, such as 5s.`;
  }
  return undefined;
}

const UNITS = new Intl.ListFormat('en-GB').format(Object.keys(DURATION_UNITS_MS));

/** What is wrong with a list of subprotocols, separated by commas. */
export function subprotocolsProblem(text: string): string | undefined {
  const names = splitList(text);
  // A "token" of RFC 9110; the browser throws at anything else.
  const odd = names.find((name) => !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name));
  if (odd !== undefined) {
    return `"${odd}" is not a valid subprotocol: it must not contain spaces, quotes or any of ( ) < > @ ; : \\ / [ ] ? = { }.`;
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? undefined : `"${twice}" is listed twice. List every subprotocol once.`;
}

/** The names in a list separated by commas. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
