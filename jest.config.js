// Packages that ship ES modules only, and so have to go through the transform like our own files.
const esModules = [
  '@grafana/.*',
  '@msagl/.*',
  '@wojtekmaj/.*',
  'd3.*',
  'delaunator',
  'get-user-locale',
  'internmap',
  'marked',
  'memoize',
  'mimic-function',
  'ol',
  'color-.*',
  'quick-lru',
  'pbf',
  'rbush',
  'quickselect',
  'react-calendar',
  'react-colorful',
  'robust-predicates',
  'rxjs',
  'uuid',
  'geotiff',
  'earcut',
].join('|');

module.exports = {
  testEnvironment: 'jest-environment-jsdom',
  // Without "browser" the ws package is the real one, so that tests can run a server.
  testEnvironmentOptions: { customExportConditions: ['node', 'require', 'default'] },
  roots: ['<rootDir>/www'],
  testMatch: ['**/*.test.{ts,tsx}'],
  setupFilesAfterEnv: ['<rootDir>/www/test/jest.setup.ts'],
  moduleNameMapper: {
    '\\.(css|scss|sass)$': 'identity-obj-proxy',
    '^react-inlinesvg$': '<rootDir>/www/test/support/InlineSvg.tsx',
  },
  transform: {
    '^.+\\.(t|j|mj)sx?$': [
      '@swc/jest',
      {
        sourceMaps: 'inline',
        jsc: {
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'classic' } },
          target: 'es2022',
        },
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esModules})/)`],
};
