import path from 'node:path';

import grafana from '@grafana/eslint-config';

const noMoment = { name: 'moment', message: "Use dateTime from '@grafana/data'." };
const noJsxRuntime = { name: 'react/jsx-runtime', message: 'Grafana 11.6 does not share it with plugins.' };
const noOperators = { name: 'rxjs/operators', message: "Import operators from 'rxjs', which is what Grafana shares." };

/** Relative imports of every form stay inside a folder, except into folders that are named. */
const border = {
  meta: {
    type: 'problem',
    schema: [{ type: 'object', properties: { folder: { type: 'string' }, except: { type: 'array' } } }],
    messages: { leaves: '{{target}} is outside {{folder}}, which may import nothing from beside it.' },
  },
  create(context) {
    const { folder, except = [] } = context.options[0];
    const within = (target, parent) => target === parent || target.startsWith(`${parent}/`);
    const check = (node, from) => {
      if (typeof from !== 'string' || !from.startsWith('.')) {
        return;
      }
      const absolute = path.resolve(path.dirname(context.filename), from);
      const target = path.relative(context.cwd, absolute).replaceAll(path.sep, '/');
      if (![folder, ...except].some((parent) => within(target, parent))) {
        context.report({ node, messageId: 'leaves', data: { target, folder } });
      }
    };
    const source = (node) => node.source && check(node, node.source.value);
    return {
      ImportDeclaration: source,
      ExportNamedDeclaration: source,
      ExportAllDeclaration: source,
      ImportExpression: source,
      TSImportType: (node) => check(node, node.argument.literal?.value ?? node.source?.value),
      "CallExpression[callee.name='require']": (node) => check(node, node.arguments[0]?.value),
    };
  },
};
const plugin = (except = []) => ({ 'freshet/border': ['error', { folder: 'www/plugin', except }] });

export default [
  { ignores: ['dist/', 'pkg/', 'target/', 'coverage/', '.cache/', 'node_modules/', 'fuzz/'] },
  ...grafana,
  {
    files: ['**/*.{ts,tsx,mjs,js}'],
    languageOptions: { ecmaVersion: 2023 },
    rules: {
      'no-restricted-imports': ['error', { paths: [noMoment, noJsxRuntime, noOperators] }],
      // With the severity alone the options of @grafana/eslint-config would stay, which allow most of it.
      'no-console': ['error', {}],
      'no-empty': ['error', { allowEmptyCatch: false }],
      // tsc checks JavaScript like TypeScript (checkJs), so that no file has to ask for it, and none gets out of it.
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-check': true, 'ts-nocheck': true }],
      'react/prop-types': 'off', // the types say it
    },
  },
  {
    files: ['www/**/*.{ts,tsx}'],
    rules: {
      // Taking a property out of a rest is how it is left out.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
    },
  },
  // The plugin is what is in www/plugin. One folder of it knows the compiled engine; its tests may use what tests share.
  { files: ['www/plugin/**'], plugins: { freshet: { rules: { border } } }, rules: plugin() },
  { files: ['www/plugin/engine/{index,types}.ts'], rules: plugin(['pkg']) },
  { files: ['www/plugin/**/*.test.{ts,tsx}'], rules: plugin(['pkg', 'www/test/support']) },
  {
    // Programs that talk to a terminal.
    files: [
      'scripts/**',
      'www/dev/feed/main.mjs',
      'www/dev/playground/{build,serve,screenshot}.mjs',
      'www/bench/*.mjs',
      'www/test/soak/main.mjs',
    ],
    rules: { 'no-console': 'off' },
  },
];
