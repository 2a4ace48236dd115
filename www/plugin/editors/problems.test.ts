import { collectForProblem, missingPath } from './problems';

describe('missingPath', () => {
  it.each(['$', 'a', '$field'] as const)('has nothing to say of %s', (path) => {
    expect(missingPath(path, 'field')).toBeUndefined();
  });

  it.each([
    [' ', 'condition', 'The path is missing. It is a JSONPath such as $.value; a condition without one is left out.'],
    ['', 'variable', 'The path is missing. It is a JSONPath such as $.value; a variable without one has no values.'],
  ] as const)('says what becomes of "%s" of a %s', (path, what, message) => {
    expect(missingPath(path, what)).toBe(message);
  });
});

describe('the time of collecting', () => {
  it.each(['', '100ms', '1m', '60s', '1s 500ms', '$wait', '${wait}s', '[[wait]]'])('may be "%s"', (text) => {
    expect(collectForProblem(text)).toBeUndefined();
  });

  it.each([
    ['99ms', '"99ms" is out of bounds. Use a duration from 100ms to 1m, such as 5s.'],
    ['0ms', '"0ms" is out of bounds. Use a duration from 100ms to 1m, such as 5s.'],
    ['2m', '"2m" is out of bounds. Use a duration from 100ms to 1m, such as 5s.'],
    ['2', '"2" is not a duration. Use one such as 90s or 5m; the units are ms, s, m, h, d and w.'],
    ['a', '"a" is not a duration. Use one such as 90s or 5m; the units are ms, s, m, h, d and w.'],
    ['90 seconds', '"90 seconds" is not a duration. Use one such as 90s or 5m; the units are ms, s, m, h, d and w.'],
    ['$.a', '"$.a" is not a duration. Use one such as 90s or 5m; the units are ms, s, m, h, d and w.'],
  ])('cannot be "%s"', (text, problem) => {
    expect(collectForProblem(text)).toBe(problem);
  });
});
