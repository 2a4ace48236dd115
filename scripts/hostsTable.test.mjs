import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { ROOT } from './command.mjs';
import { faultsInTable, filledIn } from './hostsTable.mjs';
import { hostNamed, HOSTS } from './setup/hosts.mjs';

const README = readFileSync(path.join(ROOT, 'README.md'), 'utf8');

test('README.md names the versions of Grafana that are tested, and no others', () => {
  assert.deepEqual(faultsInTable(README), [], 'npm run test:hosts -- --update writes the table');
});

test('a version that is tested and not in the table is told, and one that is there for nothing', () => {
  const [first] = HOSTS;
  const { version, react } = hostNamed(first);
  const shorter = filledIn(README, new Map([[first, undefined]]));
  assert.deepEqual(faultsInTable(shorter), [`Grafana ${version}, React ${react} is tested and not in the table.`]);
  const other = README.replace(`| ${version} |`, '| 10.4.1 |');
  assert.deepEqual(faultsInTable(other), [
    `Grafana ${version}, React ${react} is tested and not in the table.`,
    `Grafana 10.4.1, React ${react} is in the table and not tested.`,
  ]);
});

test('only what stands between the marks is written', () => {
  const all = filledIn(README, new Map(HOSTS.map((name) => [name, 50])));
  assert.equal(all.split('<!--')[0], README.split('<!--')[0]);
  assert.equal(all.split('/hosts -->')[1], README.split('/hosts -->')[1]);
});
