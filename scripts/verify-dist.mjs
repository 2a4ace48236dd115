// Checks that dist/ is a folder Grafana will load: the right files, a manifest that is filled in, and a module that
// asks for nothing Grafana does not share.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { ROOT } from './command.mjs';

const dist = path.join(ROOT, 'dist');
const FILES = [
  'module.js',
  'plugin.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'img/logo.svg',
  'token.html',
  'token.js',
];
// What this plugin uses of what Grafana 11.6 to 13 share with plugins, and the loader's own "module".
const SHARED = ['module', 'react', 'react-dom', 'rxjs', 'lodash', '@emotion/css'];
const SHARED_SCOPE = /^@grafana\/(data|ui|runtime)$/;

/** @type {string[]} */
const problems = [];
const expect = (/** @type {boolean} */ holds, /** @type {string} */ problem) => holds || problems.push(problem);

for (const file of FILES) {
  expect(existsSync(path.join(dist, file)), `${file} is missing`);
}

const wasm = readdirSync(dist).filter((file) => file.endsWith('.wasm'));
expect(wasm.length === 1 && /\.[0-9a-f]{8,}\.wasm$/.test(wasm[0]), `one hashed .wasm is expected, found: ${wasm}`);

// Grafana lets browsers keep files, so one that is loaded by another says in its name what is in it.
const scripts = readdirSync(dist).filter((file) => file.endsWith('.js') && !FILES.includes(file));
expect(scripts.length > 0, 'the editors that are loaded when they are opened have no files of their own');
for (const file of scripts) {
  expect(/^[\w-]+\.[0-9a-f]{8,}\.js$/.test(file), `${file} has no hash in its name`);
}

const manifest = JSON.parse(readFileSync(path.join(dist, 'plugin.json'), 'utf8'));
expect(/^\d+\.\d+\.\d+/.test(manifest.info.version), `plugin.json: version is "${manifest.info.version}"`);
expect(/^\d{4}-\d\d-\d\d$/.test(manifest.info.updated), `plugin.json: updated is "${manifest.info.updated}"`);
const screenshots = /** @type {Array<{ path: string }>} */ (manifest.info.screenshots);
for (const image of [manifest.info.logos.small, ...screenshots.map((screenshot) => screenshot.path)]) {
  expect(existsSync(path.join(dist, image)), `${image}, named in plugin.json, is missing`);
}

for (const { path: file } of /** @type {Array<{ path: string }>} */ (manifest.includes ?? [])) {
  expect(existsSync(path.join(dist, file)), `${file}, included by plugin.json, is missing`);
}

const module = readFileSync(path.join(dist, 'module.js'), 'utf8');
const list = /define\(\s*(\[[^\]]*\])/.exec(module)?.[1];
expect(list !== undefined, 'module.js is no AMD module with dependencies');
for (const name of JSON.parse(list ?? '[]')) {
  expect(SHARED.includes(name) || SHARED_SCOPE.test(name), `module.js asks for "${name}", which is not shared`);
}
// A wasm import of its own would make the module's exports a promise, in which Grafana finds no plugin.
expect(!module.includes('instantiateStreaming(fetch'), 'module.js imports wasm while it loads');

if (problems.length > 0) {
  console.error(problems.map((problem) => `  ✗ ${problem}`).join('\n'));
  process.exitCode = 1;
} else {
  console.log(`  ✓ dist/ can be dropped into Grafana's plugin directory (${readdirSync(dist).length} entries)`);
}
