// The package of dist/, held against the rules of the catalogue, and each rule held against a package that breaks it.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { unzip } from '../../../scripts/package/zip.mjs';
import { packagePlugin } from '../../../scripts/package.mjs';
import { KNOWN_FAULTS, NOT_CHECKED, RULES } from '../../../scripts/validate/rules.mjs';
import { PROJECT, validate } from '../../../scripts/validate.mjs';
import { BREAKS } from './breaks.mjs';

/** What pkg/analysis/passes/analysis.go of grafana/plugin-validator lists. */
const ANALYZERS =
  `archive archivename backendbinary backenddebug binarypermissions brokenlinks buildtools changelog checksum
  circulardependencies codediff coderules discoverability gomanifest gosec grafanadependency includesnested jargon
  jssourcemap legacybuilder legacyplatform license llmreview logos manifest metadata metadatapaths metadatavalid modulejs
  nestedmetadata org osvscanner packagejson pluginname provenance published reactcompat readme restrictivedep safelinks
  screenshots sdkusage signature sourcecode sponsorshiplink templatereadme trackingscripts typesuffix unsafesvg version
  virusscan`.split(/\s+/);

const DATE = new Date('2026-05-04T03:02:01Z');
const output = mkdtempSync(path.join(tmpdir(), 'freshet-package-'));
/** @type {Record<string, string>} what is made besides the plugin's folder, as base64, and where the zip is */
let first = {};
/** @type {Uint8Array} */
let archive = new Uint8Array();
/** @type {Map<string, Uint8Array>} */
let files = new Map();
/** @type {Set<import('../../../scripts/validate/rules.mjs').Rule>} */
const broken = new Set();

before(async () => {
  const { file } = await packagePlugin(output, DATE);
  archive = readFileSync(file);
  files = unzip(archive);
  first = made();
});

after(() => rmSync(output, { recursive: true, force: true }));

test('two runs give the same bytes, at another hour and in another time zone', async () => {
  const zone = process.env.TZ;
  process.env.TZ = 'Pacific/Auckland';
  try {
    await packagePlugin(output, DATE);
  } finally {
    process.env.TZ = zone ?? '';
  }
  assert.deepEqual(made(), first);
});

test('beside the zip there are its SHA-1 and a bill of materials for both worlds', () => {
  const name = Object.keys(first).find((file) => file.endsWith('.zip')) ?? '';
  const sha1 = createHash('sha1').update(archive).digest('hex');
  assert.equal(readFileSync(path.join(output, `${name}.sha1`), 'utf8'), `${sha1}\n`);
  const bill = JSON.parse(readFileSync(path.join(output, name.replace(/zip$/, 'cdx.json')), 'utf8'));
  const names = bill.components.map((/** @type {{ purl?: string }} */ { purl }) => purl?.replace(/@[^@]*$/, ''));
  assert.ok(names.includes('pkg:cargo/memchr') && names.includes('pkg:npm/jsonc-parser'), names.join());
});

test('licences of what is bundled are in the zip', () => {
  const text = Buffer.from(files.get('freshet-websocket-datasource/THIRD_PARTY_LICENSES.txt') ?? []).toString();
  assert.match(text, /^memchr \d.* \(crate\): Unlicense OR MIT$/m);
  assert.match(text, /^jsonc-parser \d.* \(npm package\): MIT$/m);
});

test('the package keeps every rule that is more than advice', () => {
  const faults = validate(files).filter(({ rule }) => !rule.advice);
  assert.deepEqual(
    faults.map(({ fault }) => fault),
    []
  );
});

for (const { name, change, project, fault } of BREAKS) {
  test(`a package is refused: ${name}`, () => {
    const found = validate(change(new Map(files)), { ...PROJECT, ...project });
    const texts = found.map((finding) => finding.fault);
    assert.ok(
      texts.some((text) => fault.test(text)),
      `${fault} is not among: ${texts.join('\n')}`
    );
    found.forEach(({ rule }) => broken.add(rule));
  });
}

test('every rule has been seen to fail', () => {
  const unseen = RULES.filter((rule) => !broken.has(rule)).map(({ says }) => says);
  assert.deepEqual(unseen, []);
});

test("each of the validator's analyzers has a rule here, or a reason why not", () => {
  const sources = [...RULES.map(({ source }) => source), ...Object.keys(NOT_CHECKED), ...Object.keys(KNOWN_FAULTS)];
  const known = new Set(sources.flatMap((source) => source.split(', ')));
  assert.deepEqual(
    ANALYZERS.filter((name) => !known.has(name)),
    []
  );
});

/** What is in the output, without the folder that is zipped. */
function made() {
  const entries = readdirSync(output, { withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    entries.map(({ name }) => [name, readFileSync(path.join(output, name)).toString('base64')])
  );
}
