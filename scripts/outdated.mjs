import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

import { ROOT } from './command.mjs';

/** What each build makes, and what it makes it from. */
const BUILDS = {
  wasm: {
    product: 'pkg/freshet_bg.wasm',
    sources: ['src', 'Cargo.toml', 'Cargo.lock', '.cargo', 'rust-toolchain.toml'],
  },
  plugin: {
    product: 'dist/module.js',
    sources: [
      'pkg/freshet_bg.wasm',
      'www/plugin',
      'plugin.json',
      'webpack.config.js',
      'package.json',
      'README.md',
      'scripts/package/catalogueReadme.mjs',
      'CHANGELOG.md',
      'LICENSE',
    ],
  },
  playground: {
    product: 'target/playground/harness.js',
    sources: ['www/dev/playground', 'www/plugin/dashboards', 'recordings', 'package-lock.json', 'scripts/setup/hosts'],
  },
};

/**
 * Whether a build's product is missing, or older than one of its sources.
 * @param {keyof typeof BUILDS} build
 * @param {string} [product] another than the usual one of the same sources
 */
export function outdated(build, product = BUILDS[build].product) {
  const { sources } = BUILDS[build];
  const file = path.resolve(ROOT, product);
  return !existsSync(file) || sources.some((source) => newest(path.join(ROOT, source)) > statSync(file).mtimeMs);
}

/** When the newest file in a folder was changed. @param {string} entry @returns {number} */
function newest(entry) {
  if (!existsSync(entry)) {
    return 0;
  }
  const stats = statSync(entry);
  if (!stats.isDirectory()) {
    return stats.mtimeMs;
  }
  const inside = readdirSync(entry).filter((name) => !/\.test\.tsx?$/.test(name));
  return Math.max(0, ...inside.map((name) => newest(path.join(entry, name))));
}
