/** @jest-environment node */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '../../..');
const manifest = JSON.parse(readFileSync(path.join(root, 'plugin.json'), 'utf8'));
const included: Array<{ type: string; name: string; path: string }> = manifest.includes;
const files = readdirSync(__dirname).filter((name) => name.endsWith('.json'));

interface Panel {
  id: number;
  type: string;
  title: string;
  datasource: object;
  gridPos: { x: number; y: number; w: number; h: number };
  targets: Array<{ refId: string; datasource: object }>;
}

const read = (file: string) => JSON.parse(readFileSync(path.join(__dirname, file), 'utf8'));

/** What Grafana's importer replaces by the data source that it is told (`pkg/services/dashboardimport`). */
const DATA_SOURCE = { type: manifest.id, uid: '${DS_FRESHET}' };

it('are all included in the plugin, each under a name of its own', () => {
  expect(included.map((each) => path.basename(each.path)).sort()).toEqual(files);
  expect(included.every(({ type, path: file }) => type === 'dashboard' && file.startsWith('dashboards/'))).toBe(true);
  expect(new Set(included.map(({ name }) => name)).size).toBe(files.length);
});

describe.each(files)('%s', (file) => {
  const dashboard = read(file);
  const panels: Panel[] = dashboard.panels;

  it('asks for one data source and for no other', () => {
    expect(dashboard.__inputs).toEqual([
      expect.objectContaining({ name: 'DS_FRESHET', type: 'datasource', pluginId: manifest.id }),
    ]);
    const references = panels.flatMap((panel) => [panel.datasource, ...panel.targets.map((each) => each.datasource)]);
    references.forEach((reference) => expect(reference).toEqual(DATA_SOURCE));
    const adHoc = dashboard.templating.list.filter(({ type }: { type: string }) => type === 'adhoc');
    adHoc.forEach((variable: { datasource: object }) => expect(variable.datasource).toEqual(DATA_SOURCE));
  });

  it('is one that Grafana 11.6 can read', () => {
    expect(dashboard).toMatchObject({ schemaVersion: 41, id: null, uid: expect.stringMatching(/^freshet-/) });
    const asked = dashboard.__requires.filter(({ type }: { type: string }) => type === 'panel');
    expect(asked.map(({ id }: { id: string }) => id)).toEqual([...new Set(panels.map(({ type }) => type))].sort());
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });

  it('has panels side by side, and none on another', () => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) => {
      expect(x + w).toBeLessThanOrEqual(24);
      return Array.from({ length: w * h }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`);
    });
    expect(new Set(cells).size).toBe(cells.length);
  });

  it('uses only variables that it has', () => {
    const known = dashboard.templating.list.map(({ name }: { name: string }) => name);
    const used = [...JSON.stringify(panels).matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
    expect(used.filter((name) => name !== 'DS_FRESHET' && !known.includes(name))).toEqual([]);
  });
});
