import { collectDefaults } from '../defaults';
import { durationMs } from '../duration';
import { DURATION_UNITS_MS } from '../generated';
import { hasVariable } from '../interpolate';

/** What editors find wrong themselves: what is no part of a query as the engine knows it, and rows that are not filled in. */

/** The hint at a path that is not written yet, which is no error to the engine. `what` is the thing that has the path. */
export function missingPath(
  text: string,
  what: 'field' | 'condition' | 'key' | 'text' | 'variable'
): string | undefined {
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

/** What is wrong with a duration that stands in the settings. */
export function durationProblem(text: string): string | undefined {
  const duration = text.trim();
  return duration === '' || (durationMs(duration) ?? 0) > 0
    ? undefined
    : `"${duration}" is not a duration. Use one such as 90s or 5m; the units are ${UNITS}.`;
}

/** What is wrong with a JSON Pointer (RFC 6901 §3). */
export function pointerProblem(text: string): string | undefined {
  const pointer = text.trim();
  return pointer === '' || /^(\/([^~]|~[01])*)$/.test(pointer)
    ? undefined
    : `"${pointer}" is not a JSON Pointer. Write one such as /access_token or /data/token.`;
}

/** What is wrong with query parameters as they are written: `name=value&…`. */
export function queryProblem(text: string): string | undefined {
  const odd = splitQuery(text).find(([name, value]) => name === '' || value === undefined);
  return odd === undefined
    ? undefined
    : `"${odd.filter((part) => part !== undefined).join('=')}" is not a parameter. Write name=value, and & between two of them.`;
}

/** Query parameters from how they are written; undefined when there are none. */
export function queryOf(text: string | undefined): Record<string, string> | undefined {
  const pairs = splitQuery(text ?? '').map(([name, value = '']) => [name, value]);
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}

/** How query parameters are written. */
export function queryText(query: Record<string, string> | undefined): string | undefined {
  const pairs = Object.entries(query ?? {}).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? undefined : pairs.join('&');
}

function splitQuery(text: string): Array<[string, string | undefined]> {
  const parts = text.split('&').map((part) => part.trim());
  return parts
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('=');
      return at < 0 ? [part, undefined] : [part.slice(0, at), part.slice(at + 1)];
    });
}

/** What is wrong with a list of subprotocols, separated by commas. */
export function subprotocolsProblem(text: string): string | undefined {
  const names = splitList(text);
  // A "token" of RFC 9110; the browser throws at anything else. What stands for something is checked when it is filled in.
  const bare = (name: string) => name.replace(/\$\{(token|options\.[^{}]+)\}/g, 'x');
  const odd = names.find((name) => !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(bare(name)));
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

/** What is stored may be anything; what is no text, the engine names as wrong. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' || value === undefined || value === null
    ? (value ?? undefined)
    : JSON.stringify(value);
}
