import { collectForProblem, durationProblem, jsonPathProblem, separatorProblem, timeFormatProblem } from './problems';

describe('jsonPathProblem', () => {
  it.each(['$', '$.a', "$['b']", '$field', '${field}', '[[field]].a'])('takes %s', (path) => {
    expect(jsonPathProblem(path)).toBeUndefined();
  });

  it.each([
    ['.a.b', 'field', 'A JSONPath begins with $, as in $.a.b.'],
    [' ', 'condition', 'The path is missing. It is a JSONPath such as $.value; a condition without one is left out.'],
    ['', 'variable', 'The path is missing. It is a JSONPath such as $.value; a variable without one has no values.'],
  ])('says what is wrong with "%s" of a %s', (path, what, message) => {
    expect(jsonPathProblem(path, what)).toBe(message);
  });
});

describe('durations', () => {
  it.each(['', '90s', '1m30s', '$window', '${window}s', '[[window]]'])('"%s" will do', (text) => {
    expect(durationProblem(text)).toBeUndefined();
  });

  it.each(['90', 'a', '90 seconds', '0ms', '$.a'])('"%s" will not', (text) => {
    expect(durationProblem(text)).toMatch(/Write .*such as 90s or 5m/);
  });

  it.each([
    ['100ms', undefined],
    ['1m', undefined],
    ['60s', undefined],
    ['$wait', undefined],
    ['99ms', '"99ms" is out of bounds. Write a duration from 100ms to 1m, such as 5s.'],
    ['2m', '"2m" is out of bounds. Write a duration from 100ms to 1m, such as 5s.'],
    ['2', '"2" is not a duration. Write one such as 90s or 5m; the units are ms, s, m, h, d and w.'],
  ])('of collecting: %s', (text, problem) => {
    expect(collectForProblem(text)).toBe(problem);
  });
});

describe('timeFormatProblem', () => {
  it.each(['auto', 's', 'ms', 'us', 'ns', 'iso8601', 'rfc2822', '%H:%M', '$format'])('takes %s', (text) => {
    expect(timeFormatProblem(text)).toBeUndefined();
  });

  it.each(['YYYY', 'seconds', ''])('refuses "%s"', (text) => {
    expect(timeFormatProblem(text)).toContain(`"${text}" is no time format.`);
  });
});

describe('separatorProblem', () => {
  it.each([',', '\t', ' ', '|', '$separator', '${separator}'])('takes "%s"', (text) => {
    expect(separatorProblem(text)).toBeUndefined();
  });

  it.each(['', ';;', '→', '\n', '"'])('refuses "%s"', (text) => {
    expect(separatorProblem(text)).toEqual(expect.any(String));
  });
});
