// The specs for a real Grafana are run where Docker is. Here: that Playwright finds and loads them, for each profile.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';

import { environment, ROOT } from './command.mjs';

const WANTED = ['annotation', 'configPage', 'explore', 'panel', 'queryEditor', 'variable'];

/** @param {string} profile */
function list(profile) {
  const config = path.join('www', 'test', 'grafana', 'playwright.config.ts');
  const env = { ...environment, GRAFANA_PROFILE: profile, GRAFANA_URL: undefined };
  return spawnSync('playwright', ['test', '--list', '--reporter=json', '--config', config], {
    cwd: ROOT,
    env,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
}

test('there are specs for every place in which Grafana shows the plugin, behind the login', () => {
  const { status, stdout, stderr } = list('11.6');
  assert.equal(status, 0, stdout + stderr);
  /** @type {{ config: { projects: Array<{ name: string }>, webServer: { url: string } }, suites: Array<{ file: string }> }} */
  const { config, suites } = JSON.parse(stdout);
  const specs = suites.map(({ file }) => path.basename(file, '.spec.ts')).filter((name) => !name.endsWith('.js'));
  assert.deepEqual(specs.sort(), WANTED);
  assert.deepEqual(
    config.projects.map(({ name }) => name),
    ['login', 'chromium']
  );
  assert.equal(config.webServer.url, 'http://localhost:3011/api/health');
});

test('a profile that there is not is told with those that there are', () => {
  const { status, stdout, stderr } = list('10');
  assert.notEqual(status, 0);
  assert.match(
    stdout + stderr,
    /GRAFANA_PROFILE is "10"\. The profiles of docker-compose\.yaml are newest, 12, 11\.6\./
  );
});
