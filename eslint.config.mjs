import grafana from '@grafana/eslint-config';

const engineOnly = {
  group: ['**/pkg', '**/pkg/**'],
  message: 'Only www/plugin/engine/index.ts knows the compiled engine. Import from it instead.',
};
const noMoment = { name: 'moment', message: "Use dateTime from '@grafana/data'." };
const noJsxRuntime = { name: 'react/jsx-runtime', message: 'Grafana 11.6 does not share it with plugins.' };
const noOperators = { name: 'rxjs/operators', message: "Import operators from 'rxjs', which is what Grafana shares." };
const paths = [noMoment, noJsxRuntime, noOperators];

export default [
  { ignores: ['dist/', 'pkg/', 'target/', 'coverage/', '.cache/', 'node_modules/', 'fuzz/'] },
  ...grafana,
  {
    files: ['**/*.{ts,tsx,mjs,js}'],
    languageOptions: { ecmaVersion: 2023 },
    rules: {
      'no-restricted-imports': ['error', { paths, patterns: [engineOnly] }],
      'no-console': 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      'react/prop-types': 'off', // the types say it
    },
  },
  {
    // The import rule above does not look at import().
    files: ['www/**/*.{ts,tsx}'],
    rules: {
      // Taking a property out of a rest is how it is left out.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ImportExpression[source.value=/(^|\\u002F)pkg(\\u002F|$)/]',
          message: engineOnly.message,
        },
      ],
    },
  },
  {
    files: ['www/plugin/engine/index.ts', '**/*.test.{ts,tsx,mjs}', 'www/{dev,test,bench}/**'],
    rules: {
      'no-restricted-imports': ['error', { paths }],
      'no-restricted-syntax': 'off',
    },
  },
  {
    // Programs that talk to a terminal.
    files: ['scripts/**', 'www/{dev,test,bench}/**/*.mjs'],
    rules: { 'no-console': 'off' },
  },
];
