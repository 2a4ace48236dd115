/** @jest-environment node */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '../..');
const manifest = JSON.parse(readFileSync(path.join(root, 'plugin.json'), 'utf8'));

// Grafana refuses a plugin whose manifest breaks its schema. These are the schema's rules, for the keys used here.

it('holds no key that the schema does not know', () => {
  const known =
    'id type name info dependencies metrics streaming annotations logs category queryOptions includes routes';
  expect(Object.keys(manifest).filter((key) => !known.split(' ').includes(key))).toEqual([]);
  const info = 'author build description keywords links logos screenshots updated version';
  expect(Object.keys(manifest.info).filter((key) => !info.split(' ').includes(key))).toEqual([]);
});

it('holds every key that the schema wants', () => {
  expect(manifest).toMatchObject({
    type: 'datasource',
    id: expect.stringMatching(/^[0-9a-z]+-([0-9a-z]+-)?datasource$/),
    name: expect.any(String),
    dependencies: { grafanaDependency: expect.stringMatching(/^>=\d+\.\d+\.\d+$/) },
    info: {
      author: { name: expect.any(String) },
      keywords: expect.arrayContaining([expect.any(String)]),
      version: '%VERSION%',
      updated: '%TODAY%',
    },
  });
});

it('can be chosen for panels, annotations and logs, streams, and claims nothing that needs a backend', () => {
  expect(manifest).toMatchObject({ metrics: true, streaming: true, annotations: true, logs: true });
  expect(manifest).not.toHaveProperty('backend');
  expect(manifest).not.toHaveProperty('alerting');
});

it('names images that exist', () => {
  const { logos, screenshots } = manifest.info;
  const images: string[] = [logos.small, logos.large, ...screenshots.map((shot: { path: string }) => shot.path)];
  expect(images.filter((image) => !existsSync(path.join(__dirname, image)))).toEqual([]);
});

it('has the id that the fallback of the public path names', () => {
  expect(readFileSync(path.join(__dirname, 'publicPath.ts'), 'utf8')).toContain(`'public/plugins/${manifest.id}/'`);
});
