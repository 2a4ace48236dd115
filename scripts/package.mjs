// Packs the plugin as Grafana's catalogue takes it: `npm run package`. All of it goes to target/package:
//
// - <id>-<version>.zip, which holds one folder named by the plugin's id, signed where there is a token;
// - <id>-<version>.zip.sha1, as the form of the catalogue asks for it;
// - <id>-<version>.cdx.json, the bill of materials.
//
// The same commit gives the same bytes, apart from a signature. Options are those of @grafana/sign-plugin.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { buildOutdated } from './build.mjs';
import { ask, isMain, main, ROOT } from './command.mjs';
import { components } from './package/components.mjs';
import { contents } from './package/contents.mjs';
import { releaseDate } from './package/releaseDate.mjs';
import { sbom } from './package/sbom.mjs';
import { sign } from './package/sign.mjs';
import { zip } from './package/zip.mjs';
import { report } from './validate.mjs';

const OUTPUT = path.join(ROOT, 'target', 'package');

/** The plugin in dist/. */
function releaseName() {
  const { id, info } = JSON.parse(readFileSync(path.join(ROOT, 'dist', 'plugin.json'), 'utf8'));
  return { id, name: `${id}-${info.version}`, version: info.version };
}

/**
 * Packs what is in dist/.
 * @param {string} output the folder for all that is made; what is in it goes
 * @param {Date} date
 * @param {string[]} [signOptions]
 * @returns {Promise<{ file: string, signed: boolean, sha1: string }>} where the zip is
 */
export async function packagePlugin(output, date, signOptions = []) {
  const { id, name, version } = releaseName();
  const parts = components();
  const files = contents(parts, date);
  const folder = path.join(output, id);
  rmSync(output, { recursive: true, force: true });
  files.forEach((bytes, file) => write(path.join(folder, file), bytes));
  const signed = await sign(folder, signOptions);
  if (signed) {
    files.set('MANIFEST.txt', readFileSync(path.join(folder, 'MANIFEST.txt')));
  }
  const archive = zip(new Map([...files].map(([file, bytes]) => [`${id}/${file}`, bytes])), date);
  const sha1 = createHash('sha1').update(archive).digest('hex');
  const file = path.join(output, `${name}.zip`);
  write(file, archive);
  write(`${file}.sha1`, `${sha1}\n`);
  write(path.join(output, `${name}.cdx.json`), sbom({ name: id, version, licence: 'Apache-2.0' }, parts, date));
  return { file, signed, sha1 };
}

/** @param {string} file @param {string | Uint8Array} content */
function write(file, content) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}

if (isMain(import.meta.url)) {
  await main(async () => {
    await buildOutdated();
    const { file, signed, sha1 } = await packagePlugin(OUTPUT, releaseDate(), process.argv.slice(2));
    console.log(`  ✓ ${path.relative(ROOT, file)}, SHA-1 ${sha1}`);
    console.log(
      signed
        ? '  ✓ signed'
        : '  - not signed: GRAFANA_ACCESS_POLICY_TOKEN is not set. Signing also needs a way to grafana.com.'
    );
    if (ask('git', '-c', 'safe.directory=*', 'status', '--porcelain')) {
      console.log('  - made with changes that are in no commit, so nobody else can make the same');
    }
    report(readFileSync(file));
  });
}
