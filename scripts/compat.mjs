// Checks the plugin's use of Grafana's packages against the types of every version that it is tested with: what a version
// lacks, or takes otherwise, is an error of tsc. `npm run typecheck` does it for the version in package.json.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { ROOT } from './command.mjs';
import { hostNamed, HOSTS, MAIN_HOST, skipWithoutHost } from './setup/hosts.mjs';

const TSC = path.join(ROOT, 'node_modules/typescript/bin/tsc');

/**
 * What a version does not take, and why that may be: options of components which leave them aside.
 * @type {Record<string, string[]>}
 */
const LEFT_ASIDE = {
  11.6: [
    // Words beside a value of one's own; it can be typed in without them.
    "Property 'customValueDescription' does not exist",
    // Connects the picker with its label for screen readers, since Grafana 12.
    "Property 'id' does not exist on type 'IntrinsicAttributes & IntrinsicClassAttributes<UnitPicker>",
  ],
};

let failures = 0;
for (const name of HOSTS.filter((host) => host !== MAIN_HOST)) {
  const missing = skipWithoutHost(name);
  if (missing) {
    console.log(`﹣ Grafana ${name} # ${missing}`);
    continue;
  }
  const { version, folder } = hostNamed(name);
  const faults = faultsOf(name, output(projectFor(name, folder)));
  faults.forEach((fault) => console.log(fault));
  console.log(`${faults.length === 0 ? '✓' : '✗'} the plugin's use of Grafana ${version}, by its types`);
  failures += faults.length;
}
process.exitCode = failures === 0 ? 0 : 1;

/** What tsc says, an error with its explanation in each. @param {string} project */
function output(project) {
  const { stdout, status } = spawnSync(process.execPath, [TSC, '--pretty', 'false', '--project', project], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const errors = stdout.split(/^(?=\S)/m).filter(Boolean);
  if (status !== 0 && errors.length === 0) {
    throw new Error(`tsc ended with ${status} and said nothing`);
  }
  return errors;
}

/** The errors that may not be, and what may be and is not. @param {string} name @param {string[]} errors */
function faultsOf(name, errors) {
  const known = LEFT_ASIDE[name] ?? [];
  return [
    ...errors.filter((error) => !known.some((text) => error.includes(text))),
    ...known
      .filter((text) => !errors.some((error) => error.includes(text)))
      .map((text) => `scripts/compat.mjs excuses what is no error any more: ${text}`),
  ];
}

/** A project of tsc that is the plugin with a host's types. @param {string} name @param {string} folder */
function projectFor(name, folder) {
  const project = path.join(ROOT, 'target', 'compat', `${name}.json`);
  const packages = path.join(folder, 'node_modules');
  mkdirSync(path.dirname(project), { recursive: true });
  const config = {
    extends: path.join(ROOT, 'tsconfig.json'),
    compilerOptions: {
      noEmit: true,
      typeRoots: [path.join(ROOT, 'node_modules/@types')],
      types: ['node'],
      paths: {
        '@grafana/*': [path.join(packages, '@grafana/*')],
        // The plugin is written for React 18, whose types React 19 takes as well.
        react: [path.join(ROOT, 'node_modules/@types/react')],
        rxjs: [path.join(packages, 'rxjs')],
        'react/*': [path.join(ROOT, 'node_modules/@types/react/*')],
      },
    },
    include: [path.join(ROOT, 'www/plugin')],
    exclude: [path.join(ROOT, 'www/plugin/**/*.test.ts'), path.join(ROOT, 'www/plugin/**/*.test.tsx')],
  };
  writeFileSync(project, JSON.stringify(config, null, 2));
  return project;
}
