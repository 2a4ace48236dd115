// The JSON schema of a query, for completion and hover in the JSON editor: read off the types in www/plugin/types.ts by
// TypeScript itself, so that it cannot say anything else. `npm run generate` writes it, schema.test.mjs holds it fresh.
import path from 'node:path';
import prettier from 'prettier';
import ts from 'typescript';

import { ROOT } from './command.mjs';

/** @typedef {{ [keyword: string]: unknown }} Schema as of draft 7 */

const TYPES = path.join(ROOT, 'www/plugin/types.ts');

/** Where the schema is checked in. */
export const SCHEMA_FILE = path.join(ROOT, 'www/plugin/editors/code/querySchema.json');

/** What Grafana's editors keep out of sight, and the JSON editor therefore too. */
const HIDDEN = ['editorMode'];

/** The schema as its file has to read. @returns {Promise<string>} */
export async function schemaText() {
  const options = await prettier.resolveConfig(SCHEMA_FILE);
  return prettier.format(JSON.stringify(querySchema()), { ...options, parser: 'json' });
}

function querySchema() {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(path.join(ROOT, 'tsconfig.json'), ts.sys.readFile).config,
    ts.sys,
    ROOT
  );
  const program = ts.createProgram([TYPES], options);
  const source = program.getSourceFile(TYPES);
  const query = source?.statements.find(
    (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === 'StreamQuery'
  );
  if (!source || !query) {
    throw new Error(`${TYPES} declares no StreamQuery.`);
  }
  const checker = program.getTypeChecker();
  const reader = new Reader(checker);
  const isOurs = (/** @type {ts.Symbol} */ { name, declarations }) =>
    !HIDDEN.includes(name) && declarations?.some((declaration) => declaration.getSourceFile() === source) === true;
  const schema = reader.object(checker.getTypeAtLocation(query), isOurs);
  return { $schema: 'http://json-schema.org/draft-07/schema#', ...schema, definitions: reader.definitions };
}

/** Makes schemas of types. Members that a type does not know are allowed everywhere: a later version may have them. */
class Reader {
  /** The types with a name, each once. @type {Record<string, Schema>} */
  definitions = {};

  /** @param {ts.TypeChecker} checker */
  constructor(checker) {
    this.checker = checker;
  }

  /** @param {ts.Type} type @param {(member: ts.Symbol) => boolean} [isWanted] @returns {Schema} */
  object(type, isWanted = () => true) {
    const members = this.checker.getPropertiesOfType(type).filter(isWanted);
    if (members.length === 0) {
      return { type: 'object' };
    }
    const properties = members.map((member) => [member.name, this.member(member)]);
    const required = members.filter(({ flags }) => (flags & ts.SymbolFlags.Optional) === 0).map(({ name }) => name);
    return {
      type: 'object',
      properties: Object.fromEntries(properties),
      ...(required.length > 0 && { required }),
    };
  }

  /** @param {ts.Symbol} member @returns {Schema} */
  member(member) {
    const description = ts.displayPartsToString(member.getDocumentationComment(this.checker));
    const schema = this.schema(this.checker.getNonNullableType(this.checker.getTypeOfSymbol(member)));
    // Beside a reference draft 7 reads nothing.
    const body = description && '$ref' in schema ? { allOf: [schema] } : schema;
    return { ...(description && { description }), ...body };
  }

  /** @param {ts.Type} type @returns {Schema} */
  schema(type) {
    const { flags } = type;
    if (type.isStringLiteral()) {
      return { enum: [type.value] };
    }
    if (flags & ts.TypeFlags.BooleanLike) {
      return { type: 'boolean' };
    }
    if (flags & ts.TypeFlags.NumberLike) {
      return { type: 'number' };
    }
    // An intersection here is `string & {}`, any text beside some that are named.
    if (flags & ts.TypeFlags.StringLike || type.isIntersection()) {
      return { type: 'string' };
    }
    if (flags & ts.TypeFlags.Unknown) {
      return {};
    }
    if (type.isUnion()) {
      return this.union(type.types);
    }
    if (this.checker.isArrayType(type)) {
      const [item] = this.checker.getTypeArguments(/** @type {ts.TypeReference} */ (type));
      return { type: 'array', items: this.schema(item) };
    }
    return type.symbol?.flags & ts.SymbolFlags.Interface ? this.named(type) : this.object(type);
  }

  /** @param {ts.Type[]} types @returns {Schema} */
  union(types) {
    const names = types.filter((each) => each.isStringLiteral()).map(({ value }) => value);
    // TypeScript sees `boolean` as true and false.
    const others = types.filter((each) => !each.isStringLiteral()).map((each) => this.schema(each));
    const distinct = others.filter((each, at) => others.findIndex((other) => isSame(other, each)) === at);
    const all = names.length > 0 ? [{ enum: names }, ...distinct] : distinct;
    return all.length === 1 ? all[0] : { anyOf: all };
  }

  /** @param {ts.Type} type @returns {Schema} */
  named(type) {
    const { name } = type.symbol;
    if (!(name in this.definitions)) {
      // Before its members are read, since one of them may be of the same type.
      this.definitions[name] = {};
      this.definitions[name] = this.object(type);
    }
    return { $ref: `#/definitions/${name}` };
  }
}

const isSame = (/** @type {Schema} */ a, /** @type {Schema} */ b) => JSON.stringify(a) === JSON.stringify(b);
