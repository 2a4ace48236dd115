// docker-compose.yaml and what it provisions, as far as that can be told without Docker.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import semver from 'semver';
import { parse } from 'yaml';

import { ROOT } from './command.mjs';

/** @typedef {{ image: string, profiles?: string[], ports: string[], volumes: string[], depends_on?: string[] }} Service */

const read = (/** @type {string} */ file) => readFileSync(path.join(ROOT, file), 'utf8');
/** @type {Record<string, Service>} */
const services = parse(read('docker-compose.yaml'), { merge: true }).services;
const grafanas = Object.entries(services).filter(([, { image }]) => image.startsWith('grafana/grafana:'));
const plugin = JSON.parse(read('plugin.json'));
// Products of builds and of npm, which are not checked in.
const MADE = ['./dist', './node_modules/ws'];

test('there are profiles for the oldest Grafana, for 12 and for the newest, each on a port of its own', () => {
  assert.deepEqual(
    grafanas.map(([, { profiles }]) => profiles),
    [['newest'], ['12'], ['11.6']]
  );
  const ports = Object.values(services).flatMap((service) => service.ports.map((port) => port.split(':')[0]));
  assert.equal(new Set(ports).size, ports.length);
});

test('the plugin says that it works with each of them, and with none that is older than the oldest', () => {
  const versions = grafanas.map(([, { image }]) => image.split(':')[1]).filter((version) => semver.valid(version));
  assert.equal(versions.length, 2);
  const range = plugin.dependencies.grafanaDependency;
  assert.deepEqual(
    versions.filter((version) => !semver.satisfies(version, range)),
    []
  );
  assert.ok(versions.includes(semver.minVersion(range)?.version ?? ''));
});

test('every profile has the feed server, which Grafana waits for', () => {
  const wanted = grafanas.flatMap(([, { profiles = [] }]) => profiles).sort();
  assert.deepEqual([...(services.feed.profiles ?? [])].sort(), wanted);
  assert.ok(grafanas.every(([, { depends_on: awaited }]) => awaited?.includes('feed')));
});

test('what is mounted is there, and the plugin under its id', () => {
  const mounts = Object.values(services).flatMap(({ volumes }) => volumes.map((volume) => volume.split(':')));
  const missing = mounts.filter(([source]) => !MADE.includes(source) && !existsSync(path.join(ROOT, source)));
  assert.deepEqual(missing, []);
  for (const [name, { volumes }] of grafanas) {
    assert.ok(volumes.includes(`./dist:/var/lib/grafana/plugins/${plugin.id}:ro`), name);
  }
});

test('dashboards ask data sources that are provisioned, which are of this plugin', () => {
  const { datasources } = parse(read('provisioning/datasources/freshet.yaml'));
  const known = new Map(datasources.map((/** @type {{ uid: string, type: string }} */ { uid, type }) => [uid, type]));
  const dashboards = readdirSync(path.join(ROOT, 'provisioning/dashboards')).filter((name) => name.endsWith('.json'));
  const asked = dashboards.flatMap((name) => datasourcesIn(JSON.parse(read(`provisioning/dashboards/${name}`))));
  assert.ok(asked.length > 0);
  for (const { uid, type } of asked) {
    assert.deepEqual([uid, known.get(uid)], [uid, type]);
    assert.equal(type, plugin.id);
  }
});

test('feeds that dashboards and data sources name are on the feed server', () => {
  const command = /** @type {{ command?: string }} */ (services.feed).command ?? '';
  const port = /--port (\d+)/.exec(command)?.[1];
  assert.deepEqual(services.feed.ports, [`${port}:${port}`].map(String));
  const { datasources } = parse(read('provisioning/datasources/freshet.yaml'));
  for (const { url, access } of datasources) {
    // A browser is outside, Grafana's server inside.
    assert.equal(new URL(url).host, access === 'proxy' ? `feed:${port}` : `localhost:${port}`);
  }
});

/** References to data sources anywhere in a dashboard. @param {unknown} value @returns {Array<{ uid: string, type: string }>} */
function datasourcesIn(value) {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const own = 'datasource' in value ? [/** @type {{ uid: string, type: string }} */ (value.datasource)] : [];
  return [...own, ...Object.values(value).flatMap(datasourcesIn)];
}
