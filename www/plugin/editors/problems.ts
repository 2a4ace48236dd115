import { collectDefaults } from '../defaults';
import { durationMs } from '../duration';
import { TIME_FORMATS } from './choices';

/**
 * What is wrong with a JSONPath, as far as an editor sees it; the engine judges the rest when the query runs.
 * `what` is the thing that has the path.
 */
export function jsonPathProblem(text: string, what = 'field'): string | undefined {
  const path = text.trim();
  if (path === '') {
    const left = what === 'variable' ? 'a variable without one has no values' : `a ${what} without one is left out`;
    return `The path is missing. It is a JSONPath such as $.value; ${left}.`;
  }
  if (!path.startsWith('$') && !hasVariable(path)) {
    return `A JSONPath begins with $, as in $.${path.replace(/^\.+/, '')}.`;
  }
  return undefined;
}

/** What is wrong with a duration; nothing as long as a variable stands in it, or nothing at all. */
export function durationProblem(text: string): string | undefined {
  const duration = text.trim();
  if (duration === '' || hasVariable(duration)) {
    return undefined;
  }
  const ms = durationMs(duration);
  if (ms === undefined) {
    return `"${duration}" is not a duration. Write one such as 90s or 5m; the units are ms, s, m, h, d and w.`;
  }
  return ms > 0 ? undefined : `"${duration}" is no time at all. Write a duration such as 90s or 5m.`;
}

/** What is wrong with the time a query variable reads messages. */
export function collectForProblem(text: string): string | undefined {
  const { minMs, maxMs } = collectDefaults;
  const ms = durationMs(text);
  if (ms !== undefined && (ms < minMs || ms > maxMs)) {
    return `"${text.trim()}" is out of bounds. Write a duration from ${minMs}ms to ${maxMs / 60_000}m, such as 5s.`;
  }
  return durationProblem(text);
}

/** What is wrong with a time format: a name that nobody gave, or a pattern that takes nothing from the text. */
export function timeFormatProblem(text: string): string | undefined {
  if (TIME_FORMATS.some(({ value }) => value === text) || text.includes('%') || hasVariable(text)) {
    return undefined;
  }
  return `"${text}" is no time format. Choose one of the list, or write a strftime pattern such as %d.%m.%Y %H:%M:%S.`;
}

/** What is wrong with the separator of CSV. */
export function separatorProblem(text: string): string | undefined {
  // One byte is what the reader cuts at.
  if (/^[\t\x20-\x7e]$/.test(text) || hasVariable(text)) {
    return text === '"' ? 'The separator cannot be ", which encloses values. Write one such as ; or a tab.' : undefined;
  }
  return `"${text}" is not a separator. Write a single ASCII character such as ; or |.`;
}

/** What is wrong with a list of subprotocols, separated by commas. */
export function subprotocolsProblem(text: string): string | undefined {
  const names = splitList(text);
  // A "token" of RFC 9110; the browser throws at anything else.
  const odd = names.find((name) => !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name));
  if (odd !== undefined) {
    return `"${odd}" is not a subprotocol: no spaces, no quotes, none of ( ) < > @ ; : \\ / [ ] ? = { }.`;
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? undefined : `"${twice}" stands twice. Name every subprotocol once.`;
}

/** The names in a list separated by commas. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

// As Grafana writes them: $name, ${name}, [[name]]. The $ of a JSONPath has no name right behind it.
function hasVariable(text: string): boolean {
  return /\$\w|\$\{|\[\[\w/.test(text);
}
