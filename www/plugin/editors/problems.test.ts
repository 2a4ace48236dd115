import {
  collectForProblem,
  durationProblem,
  missingPath,
  pointerProblem,
  queryOf,
  queryProblem,
  queryText,
  subprotocolsProblem,
} from './problems';

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

describe('the settings of a token', () => {
  it.each(['', '/access_token', '/a/0/b~1c', '/'])('may have the pointer "%s"', (text) => {
    expect(pointerProblem(text)).toBeUndefined();
  });

  it.each(['a', '/a~2', '$.a'])('cannot have the pointer "%s"', (text) => {
    expect(pointerProblem(text)).toBe(
      `"${text}" is not a JSON Pointer. Write one such as /access_token or /data/token.`
    );
  });

  it('have a lifetime with a unit', () => {
    expect(durationProblem('5m')).toBeUndefined();
    expect(durationProblem('5')).toBe(
      '"5" is not a duration. Use one such as 90s or 5m; the units are ms, s, m, h, d and w.'
    );
  });

  it('have query parameters as they are written in an address', () => {
    expect(queryOf(' key=${token}& a=b=c &x=')).toEqual({ key: '${token}', a: 'b=c', x: '' });
    expect(queryText({ key: '${token}', a: 'b=c' })).toBe('key=${token}&a=b=c');
    expect([queryOf(''), queryText({}), queryProblem('a=b')]).toEqual([undefined, undefined, undefined]);
    expect(queryProblem('a=b&token')).toBe('"token" is not a parameter. Write name=value, and & between two of them.');
    expect(queryProblem('=b')).toBe('"=b" is not a parameter. Write name=value, and & between two of them.');
  });

  it('have subprotocols with placeholders', () => {
    expect(subprotocolsProblem('v1, auth.${token}, ${options.user}')).toBeUndefined();
    expect(subprotocolsProblem('${other}')).toMatch(/not a valid subprotocol/);
  });
});
