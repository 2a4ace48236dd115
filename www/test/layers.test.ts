/** @jest-environment node */
// The twin of tests/layers.rs: no circle of imports under www/, and in the plugin a one-way order of files and folders.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const WWW = path.join(__dirname, '..');

/** Files and folders of the plugin, each after all that it may import. */
const ORDER = [
  'generated',
  'conversation',
  'types',
  'defaults',
  'duration',
  'migrate',
  'address',
  'viewerToken',
  'token',
  'displayText',
  'interpolate',
  'engine',
  'filters',
  'health',
  'history',
  'editors/choices',
  'editors/problems',
  'editors/controls',
  'editors/doctor',
  'editors/code',
  'editors/record',
  'editors/feed',
  'editors/query',
  'editors/config',
  'variables',
  'annotations',
  'datasource',
  'publicPath',
  'module',
];

type Graph = Map<string, string[]>;

/** What a source names in its imports: of values, of types, re-exports and import(). */
const namedIn = (source: string) => ts.preProcessFile(source, true, true).importedFiles.map(({ fileName }) => fileName);

/** Each file under www/ with the files there that it imports; tests are imported by nobody and left out. */
function importsOf(folder: string): Graph {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll(path.sep, '/'))
    .filter((name) => /\.(tsx?|m?js)$/.test(name) && !/\.(test|d)\.\w+$/.test(name));
  const known = new Set(files);
  const fileAt = (place: string) =>
    ['', '.ts', '.tsx', '/index.ts'].map((ending) => place + ending).find((name) => known.has(name));
  const imports = (file: string) =>
    namedIn(readFileSync(path.join(folder, file), 'utf8'))
      .filter((name) => name.startsWith('.'))
      .map((name) => fileAt(path.posix.join(path.posix.dirname(file), name)))
      .filter((name) => name !== undefined);
  return new Map(files.map((file) => [file, imports(file)]));
}

/** The first circle found, with its beginning at both ends. */
function circleIn(graph: Graph): string[] | undefined {
  const done = new Set<string>();
  const search = (file: string, way: string[]): string[] | undefined => {
    if (way.includes(file)) {
      return [...way.slice(way.indexOf(file)), file];
    }
    if (done.has(file)) {
      return undefined;
    }
    for (const next of graph.get(file) ?? []) {
      const circle = search(next, [...way, file]);
      if (circle) {
        return circle;
      }
    }
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const circle = search(file, []);
    if (circle) {
      return circle;
    }
  }
  return undefined;
}

/** Where a file of the plugin stands in ORDER. */
function rank(file: string): number {
  const name = file.replace(/\.tsx?$/, '');
  const found = ORDER.findIndex((entry) => name === entry || name.startsWith(`${entry}/`));
  if (found < 0) {
    throw new Error(`${file} is missing in ORDER`);
  }
  return found;
}

/** The imports that go against ORDER. */
const against = (graph: Graph) =>
  [...graph].flatMap(([file, imports]) =>
    imports.filter((used) => rank(used) > rank(file)).map((used) => `${file} imports ${used}`)
  );

it('has no circle of imports', () => {
  const graph = importsOf(WWW);
  expect(circleIn(graph)).toBeUndefined();
  expect([...graph.values()].flat().length).toBeGreaterThan(300);
});

it('has a plugin in which imports go one way', () => {
  const graph = importsOf(path.join(WWW, 'plugin'));
  expect(against(graph)).toEqual([]);
  expect([...graph.values()].flat().length).toBeGreaterThan(100);
});

/** The names of the types that a source defines. `Props` of a component, which nobody else sees, is React's word for it. */
function typesIn(source: string): string[] {
  const { statements } = ts.createSourceFile('source.tsx', source, ts.ScriptTarget.Latest);
  return statements.flatMap((statement) => {
    const definesType =
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isEnumDeclaration(statement);
    if (!definesType || statement.name === undefined) {
      return [];
    }
    const isExported = statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
    return statement.name.text === 'Props' && !isExported ? [] : [statement.name.text];
  });
}

/** The type names that several sources define, with where. */
function definedTwice(sources: Array<[string, string]>): Array<[string, string[]]> {
  const files = new Map<string, string[]>();
  for (const [file, source] of sources) {
    typesIn(source).forEach((name) => files.set(name, [...(files.get(name) ?? []), file]));
  }
  return [...files].filter(([, places]) => places.length > 1);
}

it('has a plugin in which no type has the name of another', () => {
  const folder = path.join(WWW, 'plugin');
  const sources = [...importsOf(folder).keys()].map((file): [string, string] => [
    file,
    readFileSync(path.join(folder, file), 'utf8'),
  ]);
  expect(definedTwice(sources)).toEqual([]);
  expect(sources.flatMap(([, source]) => typesIn(source)).length).toBeGreaterThan(80);
});

it('sees a type that is defined twice, and passes over the props of components', () => {
  const definitions = 'interface Props {} type A = string; export class B {} enum C {} import type { D } from "./d";';
  expect(
    definedTwice([
      ['a.ts', definitions],
      ['b.ts', definitions],
      ['c.ts', 'export interface Props {}'],
    ])
  ).toEqual([
    ['A', ['a.ts', 'b.ts']],
    ['B', ['a.ts', 'b.ts']],
    ['C', ['a.ts', 'b.ts']],
  ]);
  expect(typesIn('export interface Props {}')).toEqual(['Props']);
});

it('lists nothing in the order that does not exist', () => {
  const places = ORDER.map((entry) => path.join(WWW, 'plugin', entry));
  expect(places.filter((place) => !['', '.ts', '.tsx'].some((ending) => existsSync(place + ending)))).toEqual([]);
});

it('sees imports of every kind', () => {
  const source = `
    import a from './a';
    import type { B } from './b';
    import { type C } from './c';
    export type { D } from './d';
    export * from './e';
    import './f';
    type G = import('./g').G;
    const h = () => import('./h');
  `;
  expect(namedIn(source)).toEqual(['./a', './b', './c', './d', './e', './f', './g', './h']);
});

it('finds a circle, and an import against the order', () => {
  const graph = new Map([
    ['module.ts', ['datasource.ts']],
    ['datasource.ts', ['engine/host.ts', 'types.ts']],
    ['engine/host.ts', ['types.ts', 'datasource.ts']],
    ['types.ts', []],
  ]);
  expect(circleIn(graph)).toEqual(['datasource.ts', 'engine/host.ts', 'datasource.ts']);
  expect(against(graph)).toEqual(['engine/host.ts imports datasource.ts']);
  expect(() => against(new Map([['stranger.ts', ['types.ts']]]))).toThrow('stranger.ts is missing in ORDER');
});
