// Holds a package against the rules of Grafana's catalogue: `npm run validate -- file.zip`; `npm run package` does it too.
// The rules and their sources are in scripts/validate/rules.mjs.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { isMain, main, ROOT } from './command.mjs';
import { unzip } from './package/zip.mjs';
import { PluginArchive } from './validate/pluginArchive.mjs';
import { KNOWN_FAULTS, RULES } from './validate/rules.mjs';

/** @typedef {import('./validate/pluginArchive.mjs').Project} Project */
/** @typedef {{ rule: import('./validate/rules.mjs').Rule, fault: string }} Finding */

/** This repository, to which a package is compared. @type {Project} */
export const PROJECT = {
  version: JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')).version,
  source: (place) => {
    const file = path.join(ROOT, place);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  },
};

/** @param {import('./package/zip.mjs').Files} entries of the archive @param {Project} [project] @returns {Finding[]} */
export function validate(entries, project = PROJECT) {
  const plugin = new PluginArchive(entries, project);
  return RULES.flatMap((rule) => rule.faults(plugin).map((fault) => ({ rule, fault })));
}

/** Tells what was found, and fails if it is more than advice. @param {Uint8Array} archive */
export function report(archive) {
  const findings = validate(unzip(archive));
  findings.forEach(({ rule, fault }) => console.log(`  ${rule.advice ? '-' : '✗'} ${fault} [${rule.source}]`));
  Object.entries(KNOWN_FAULTS).forEach(([source, reason]) =>
    console.log(`  - For the reviewer: ${reason} [${source}]`)
  );
  if (findings.some(({ rule }) => !rule.advice)) {
    process.exitCode = 1;
  } else {
    console.log(`  ✓ the package keeps the ${RULES.length} rules of scripts/validate/rules.mjs`);
  }
}

if (isMain(import.meta.url)) {
  await main(async () => {
    const [file] = process.argv.slice(2);
    if (file === undefined) {
      throw new Error('Which package? `npm run validate -- target/package/<name>.zip`; `npm run package` makes it.');
    }
    report(readFileSync(file));
  });
}
