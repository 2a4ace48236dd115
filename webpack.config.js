// Builds dist/, the folder that goes into Grafana's plugin directory. The contract with Grafana's loader, SystemJS with
// AMD modules, is the one of @grafana/create-plugin 7.10; the sources are in www/plugin/ and the manifest at the top level.
const path = require('path');
const CopyPlugin = require('copy-webpack-plugin');

const manifest = require('./plugin.json');
const info = require('./package.json');

const { version } = info;

// What Grafana shares with plugins. Anything else is bundled, above all react/jsx-runtime, which Grafana 11.6 lacks.
const SHARED = [
  'lodash',
  'jquery',
  'moment',
  'slate',
  'emotion',
  'prismjs',
  'slate-plain-serializer',
  'react',
  'react-dom',
  'react-redux',
  'redux',
  'rxjs',
  'i18next',
  'react-router',
  'd3',
];

const root = (...parts) => path.join(__dirname, ...parts);

/** Fills in what only a build knows. */
function stamp(content) {
  const today = new Date().toISOString().slice(0, 10);
  return content.toString().replaceAll('%VERSION%', version).replaceAll('%TODAY%', today);
}

/** The README stands beside img/ in dist/, and without the documents that it links to. */
async function readme(content) {
  const { builtReadme } = await import('./scripts/package/catalogueReadme.mjs');
  const { repositoryAddress } = await import('./scripts/package/pluginManifest.mjs');
  const repository = repositoryAddress(info);
  return builtReadme(stamp(content), repository && `${repository}/blob/v${version}`);
}

module.exports = (env = {}) => {
  const production = env.production === true;
  return {
    context: root('www/plugin'),
    mode: production ? 'production' : 'development',
    devtool: 'source-map',
    // token.js belongs to token.html, a page of its own: no module that Grafana loads.
    entry: { module: './module.ts', token: { import: './token/main.ts', library: { type: 'window' } } },
    output: {
      path: root('dist'),
      filename: '[name].js',
      // Grafana lets browsers keep files for an hour, so only module.js, which it asks for by version, keeps its name.
      assetModuleFilename: '[name].[contenthash][ext]',
      // What is loaded when it is opened.
      chunkFilename: '[name].[contenthash].js',
      library: { type: 'amd' },
      // Before publicPath.ts has asked the loader.
      publicPath: `public/plugins/${manifest.id}/`,
      uniqueName: manifest.id,
      clean: true,
      // Files keep the time of the build even when nothing changed in them; scripts/outdated.mjs goes by it.
      compareBeforeEmit: false,
    },
    target: ['web', 'es2022'],
    resolve: { extensions: ['.ts', '.tsx', '.js'] },
    externals: [
      // The loader's own "module" object, whose uri tells where module.js came from.
      { 'amd-module': 'module' },
      ...SHARED,
      /^@grafana\/(ui|runtime|data)(\/|$)/,
      /^@emotion\/(css|react)$/,
      '@grafana/slate-react',
    ],
    module: {
      rules: [
        {
          test: /\.tsx?$/,
          exclude: /node_modules/,
          use: {
            loader: 'swc-loader',
            options: {
              jsc: {
                parser: { syntax: 'typescript', tsx: true },
                transform: { react: { runtime: 'classic' } },
                target: 'es2022',
              },
            },
          },
        },
      ],
    },
    plugins: [
      new CopyPlugin({
        patterns: [
          { from: root('plugin.json'), to: '.', transform: stamp },
          // scripts/verify-dist.mjs says so when it is missing; while developing, that need not stop the build.
          { from: root('README.md'), to: '.', transform: readme, noErrorOnMissing: true },
          { from: root('CHANGELOG.md'), to: '.' },
          { from: root('LICENSE'), to: 'LICENSE', toType: 'file' },
          { from: root('www/plugin/img'), to: 'img' },
          { from: '*.json', context: root('www/plugin/dashboards'), to: 'dashboards' },
          { from: root('www/plugin/token/token.html'), to: '.' },
        ],
      }),
    ],
    // The wasm is fetched beside module.js and is no part of what the browser has to parse; `npm run size` watches both.
    performance: false,
    stats: { preset: 'errors-warnings', assets: true, timings: true },
  };
};
