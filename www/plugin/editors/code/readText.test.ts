import type { OptionError } from '../../engine/types';
import { textOf, withOwn } from './ownText';
import { errorNote, isOurs, placeIn, readText } from './readText';

const TEXT = `{
  "path": "/a",
  "params": { "topic.name": "x", "topic": { "a": 1 } },
  "fields": [
    { "path": "$.t" },
    { "path": "b", "role": "time" }
  ]
}`;

/** What is marked for an error at this place. */
function marked(option: string, text = TEXT): string {
  const { tree } = readText(text);
  if (!tree) {
    throw new Error('no JSON');
  }
  const error: OptionError = { option, value: 'v', problem: 'is wrong' };
  const { from, to, message } = errorNote(tree, error);
  expect(message).toBe(`${option} is "v": is wrong`);
  return text.slice(from, to);
}

describe('the place of an error', () => {
  it.each([
    ['path', '"/a"'],
    ['fields[1].path', '"b"'],
    ['fields[1].role', '"time"'],
    ['fields', '"fields"'],
    ['fields[0]', '{'],
    ['params.topic.name', '"x"'],
    ['params.topic.a', '1'],
    ['params.topic', '"topic"'],
  ])('%s is %s', (option, piece) => expect(marked(option)).toBe(piece));

  it.each([
    ['params.subject', '{'],
    ['fields[7].path', '['],
    ['window', '{'],
    ['pathological', '{'],
  ])('of an option that does not stand there, %s, is where it would stand', (option, piece) =>
    expect(marked(option)).toBe(piece)
  );

  it('is told in lines and columns from 1', () => {
    const { tree } = readText(TEXT);
    const note = tree && errorNote(tree, { option: 'fields[1].path', value: '', problem: 'is wrong' });
    expect(note?.message).toBe('fields[1].path: is wrong');
    expect(placeIn(TEXT, note?.from ?? 0)).toEqual({ line: 6, column: 15 });
    expect(placeIn('', 0)).toEqual({ line: 1, column: 1 });
  });
});

describe('a text that is none of a query', () => {
  it.each([
    ['', 1, 1, 'There is no text. An empty query is {}.'],
    ['{\n  "path": "/a"\n  "event": "b"\n}', 3, 3, 'A comma is missing.'],
    ['{\n  "path" "/a"\n}', 2, 10, 'A colon is missing.'],
    ['{ "path": "/a", }', 1, 17, 'A name in double quotes is expected, without a comma before the closing brace.'],
    ['{ "path": /a }', 1, 11, 'This is not valid JSON.'],
    ['{ "path": }', 1, 11, 'A value is expected: a string in double quotes, a number, true, false, null, [ or {.'],
    ['{} x', 1, 4, 'This is not valid JSON.'],
    ['{} {}', 1, 4, 'Something follows the end of the query.'],
    ['{ // note\n}', 1, 3, 'JSON has no comments.'],
    ['{ "a": "b', 1, 8, 'A double quote is missing at the end of a string.'],
    ['[{ "path": "/a" }]', 1, 1, 'A query is a JSON object: { … }.'],
    ['"/a"', 1, 1, 'A query is a JSON object: { … }.'],
  ])('%j: line %i, column %i: %s', (text, line, column, message) => {
    const { own, notes } = readText(text);
    expect(own).toBeUndefined();
    expect(notes).toHaveLength(1);
    expect({ ...placeIn(text, notes[0].from), message: notes[0].message }).toEqual({ line, column, message });
  });
});

it('says which options have no effect', () => {
  const { own, notes } = readText('{ "path": "/a", "refId": "B", "later": [1] }');
  expect(own).toEqual({ path: '/a', refId: 'B', later: [1] });
  expect(notes.map(({ severity, message }) => [severity, message])).toEqual([
    ['info', 'refId is set by Grafana. This has no effect here.'],
    ['info', 'This version of Freshet has no option "later". It is kept and has no effect.'],
  ]);
});

it('knows a query of its own', () => {
  expect(isOurs({})).toBe(true);
  expect(isOurs({ refId: 'A' })).toBe(true);
  expect(isOurs({ refId: 'A', fields: [] })).toBe(true);
  expect(isOurs({ refId: 'A', expr: 'up' })).toBe(false);
});

it('keeps out of texts what is Grafana’s, and options of later versions in', () => {
  const query = { refId: 'A', hide: true, key: 'Q-1', editorMode: 'code' as const, path: '/a', later: { a: [1] } };
  const text = textOf(query);
  expect(JSON.parse(text)).toEqual({ path: '/a', later: { a: [1] } });
  expect(withOwn(query, readText(text).own ?? {})).toEqual(query);
  expect(withOwn(query, { refId: 'B', datasource: { uid: 'x' }, path: '/b' })).toEqual({
    refId: 'A',
    hide: true,
    key: 'Q-1',
    editorMode: 'code',
    path: '/b',
  });
});
