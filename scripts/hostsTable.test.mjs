import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { ROOT } from './command.mjs';
import { faultsInTable, filledIn, TABLE_PAGE } from './hostsTable.mjs';
import { hostNamed, HOSTS } from './setup/hosts.mjs';

const PAGE = readFileSync(path.join(ROOT, TABLE_PAGE), 'utf8');

test('the page names the versions of Grafana that are tested, and no others', () => {
  assert.deepEqual(faultsInTable(PAGE), [], 'npm run test:hosts -- --update writes the table');
});

test('a version that is tested and not in the table is told, and one that is there for nothing', () => {
  const [first] = HOSTS;
  const { version, react } = hostNamed(first);
  const shorter = filledIn(PAGE, new Map([[first, undefined]]));
  assert.deepEqual(faultsInTable(shorter), [`Grafana ${version}, React ${react} is tested and not in the table.`]);
  const other = PAGE.replace(`| ${version} |`, '| 10.4.1 |');
  assert.deepEqual(faultsInTable(other), [
    `Grafana ${version}, React ${react} is tested and not in the table.`,
    `Grafana 10.4.1, React ${react} is in the table and not tested.`,
  ]);
});

test('only what stands between the marks is written', () => {
  const all = filledIn(PAGE, new Map(HOSTS.map((name) => [name, 50])));
  assert.equal(all.split('<!--')[0], PAGE.split('<!--')[0]);
  assert.equal(all.split('/hosts -->')[1], PAGE.split('/hosts -->')[1]);
});
