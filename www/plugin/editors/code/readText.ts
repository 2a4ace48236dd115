import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';

import { messageOf } from '../../engine/trap';
import type { OptionError } from '../../engine/types';
import { KEPT_OUT } from './ownText';
import schema from './querySchema.json';

/** Something to know about a piece of the text of a query. */
export interface TextNote {
  severity: 'error' | 'info';
  /** Where it begins and ends, in UTF-16 units. */
  from: number;
  to: number;
  message: string;
  /** Whether the text is no JSON there. */
  isSyntax?: boolean;
}

/** What a text says, as far as it is the text of a query. */
export interface ReadText {
  /** The query's own options; undefined where the text is none. */
  own?: Record<string, unknown>;
  notes: TextNote[];
  /** The syntax tree, in which options are found. */
  tree?: Node;
}

/** Reads the text of a query. */
export function readText(text: string): ReadText {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true });
  if (errors.length > 0 || !tree) {
    return { notes: [syntaxNote(text, errors[0])] };
  }
  if (tree.type !== 'object') {
    return { notes: [note('error', tree, 'A query is a JSON object: { … }.')] };
  }
  try {
    return { own: JSON.parse(text), notes: strangers(tree), tree };
  } catch (error) {
    return { notes: [note('error', tree, messageOf(error))] };
  }
}

/** Whether a query with these options is one of ours: it sets nothing, or something that is known. */
export function isOurs(own: Record<string, unknown>): boolean {
  const names = Object.keys(own).filter((name) => !KEPT_OUT.some((kept) => kept === name));
  return names.length === 0 || names.some((name) => name in schema.properties);
}

/** What the engine finds wrong, at its place in the text. */
export function errorNote(tree: Node, { option, value, problem }: OptionError): TextNote {
  const { node, isMissing } = findOption(tree, option);
  const message = `${option}${value === '' ? '' : ` is "${value}"`}: ${problem}`;
  return note('error', isMissing ? opening(node) : headOf(node), message);
}

/** A place in a text as people count: lines and columns from 1. */
export function placeIn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before[before.length - 1].length + 1 };
}

interface Extent {
  offset: number;
  length: number;
}

function note(severity: TextNote['severity'], { offset, length }: Extent, message: string): TextNote {
  return { severity, from: offset, to: offset + length, message };
}

/** Options that have no effect here: those of Grafana, and those of nobody. */
function strangers(tree: Node): TextNote[] {
  return (tree.children ?? []).flatMap(({ children }) => {
    const [name] = children ?? [];
    if (!name || name.value in schema.properties) {
      return [];
    }
    const isGrafanas = KEPT_OUT.some((kept) => kept === name.value);
    const message = isGrafanas
      ? `${name.value} is set by Grafana. This has no effect here.`
      : `This version of Freshet has no option "${name.value}". It is kept and has no effect.`;
    return [note('info', name, message)];
  });
}

const WRONG: Record<string, string> = {
  ColonExpected: 'A colon is missing.',
  CommaExpected: 'A comma is missing.',
  CloseBraceExpected: 'A closing brace } is missing.',
  CloseBracketExpected: 'A closing bracket ] is missing.',
  PropertyNameExpected: 'A name in double quotes is expected, without a comma before the closing brace.',
  ValueExpected: 'A value is expected: a string in double quotes, a number, true, false, null, [ or {.',
  EndOfFileExpected: 'Something follows the end of the query.',
  InvalidCommentToken: 'JSON has no comments.',
  UnexpectedEndOfComment: 'JSON has no comments.',
  UnexpectedEndOfString: 'A double quote is missing at the end of a string.',
  UnexpectedEndOfNumber: 'A digit is missing in a number.',
  InvalidEscapeCharacter: 'A backslash in a string is written twice: \\\\.',
  InvalidUnicode: 'Four hexadecimal digits follow \\u.',
  InvalidCharacter: 'A control character in a string is written as an escape, such as \\n or \\t.',
};

/** Only the first: what follows is mostly because of it. */
function syntaxNote(text: string, error: ParseError | undefined): TextNote {
  const place = error ?? { offset: 0, length: 0 };
  const wrong = error && WRONG[printParseErrorCode(error.error)];
  const message = text.trim() === '' ? 'There is no text. An empty query is {}.' : (wrong ?? 'This is not valid JSON.');
  return { ...note('error', place, message), isSyntax: true };
}

/** Where an option such as `fields[1].path` stands, or the nearest that it would stand in. */
function findOption(tree: Node, option: string): { node: Node; isMissing: boolean } {
  let node = tree;
  let rest = option;
  while (rest !== '') {
    const step = node.type === 'array' ? stepIntoList(node, rest) : stepIntoObject(node, rest);
    if (!step) {
      return { node, isMissing: true };
    }
    node = step.node;
    rest = step.rest.replace(/^\./, '');
  }
  return { node, isMissing: false };
}

interface Step {
  node: Node;
  rest: string;
}

function stepIntoList(list: Node, option: string): Step | undefined {
  const [all, index] = /^\[(\d+)\]/.exec(option) ?? [];
  const node = list.children?.[Number(index)];
  return all !== undefined && node ? { node, rest: option.slice(all.length) } : undefined;
}

// Names of params may hold dots, so the longest that fits is meant.
function stepIntoObject(object: Node, option: string): Step | undefined {
  const fits = (name: string) => option.startsWith(name) && /^($|\.|\[)/.test(option.slice(name.length));
  const members = (object.children ?? []).filter(
    ({ type, children }) => type === 'property' && fits(children?.[0].value)
  );
  const [longest] = members.sort((a, b) => b.children?.[0].value.length - a.children?.[0].value.length);
  const [name, node] = longest?.children ?? [];
  return name && node ? { node, rest: option.slice(name.value.length) } : undefined;
}

/** What is marked of a value: all of a text or number, of a list or object the name that it has. */
function headOf(node: Node): Extent {
  if (node.type !== 'object' && node.type !== 'array') {
    return node;
  }
  const name = node.parent?.type === 'property' ? node.parent.children?.[0] : undefined;
  return name ?? opening(node);
}

const opening = ({ offset }: Node): Extent => ({ offset, length: 1 });
