// How the plugin and its wasm are loaded, and what is said when they cannot be.
import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { assertSameRows, sentRows } from './compare.mjs';
import { DIST, setStage } from './stage.mjs';

const stage = setStage();

/** A copy of the built plugin from which the wasm is missing. */
async function withoutWasm(t) {
  const folder = await mkdtemp(path.join(tmpdir(), 'freshet-dist-'));
  t.after(() => rm(folder, { recursive: true }));
  await cp(DIST, folder, { recursive: true });
  const wasm = (await readdir(folder)).filter((name) => name.endsWith('.wasm'));
  assert.equal(wasm.length, 1);
  await rm(path.join(folder, wasm[0]));
  return { folder, wasm: wasm[0] };
}

/** Reads ten rows on a dashboard. */
async function readTen({ source, mount, until, length, rows }, access) {
  const { uid } = await source({}, access ?? {});
  const board = mount({ dataSource: uid, panels: [{ targets: [{ refId: 'A', path: '/simple?period=20' }] }] });
  await until(() => length(board.data(0)) >= 10, 'ten rows');
  return rows(board.data(0));
}

test('the wasm is fetched once, and only when the first query asks for it', async (t) => {
  const { run, page, feed } = await stage.open(t, { fresh: true });
  const asked = [];
  page.on('request', (request) => request.url().endsWith('.wasm') && asked.push(request.url()));
  await run(async ({ source }) => void (await source()));
  assert.deepEqual(asked, []);
  const rows = await run(readTen);
  await run(readTen);
  assertSameRows(rows, sentRows(feed, '/simple').slice(0, rows.length));
  assert.equal(asked.length, 1);
  assert.match(asked[0], /\/public\/plugins\/freshet-websocket-datasource\/freshet_bg\.[0-9a-f]+\.wasm$/);
});

test('wasm that cannot be fetched is an error on the panel that names its address, not a white page', async (t) => {
  const { folder, wasm } = await withoutWasm(t);
  const { run } = await stage.open(t, { site: { distDir: folder } });
  const { errors, state, page } = await run(async ({ source, mount, until }) => {
    const { uid } = await source();
    const board = mount({ dataSource: uid, panels: [{ targets: [{ refId: 'A', path: '/simple' }] }] });
    await until(() => board.data(0)?.errors?.length, 'an error');
    return { errors: board.data(0).errors, state: board.data(0).state, page: document.body.innerText };
  });
  assert.equal(state, 'Error');
  assert.match(
    errors[0].message,
    /^Freshet's engine could not be loaded: .*status 404.*The next refresh tries again\.$/
  );
  assert.ok(errors[0].message.includes(wasm), errors[0].message);
  assert.match(page, /Panel 1/);
});

test('when the wasm is there again, a refresh is enough', async (t) => {
  const { folder, wasm } = await withoutWasm(t);
  const { run } = await stage.open(t, { site: { distDir: folder } });
  await run(async ({ source, mount, until, shelf }) => {
    const { uid } = await source();
    shelf.board = mount({ dataSource: uid, panels: [{ targets: [{ refId: 'A', path: '/simple?period=20' }] }] });
    await until(() => shelf.board.data(0)?.state === 'Error', 'the error');
  });
  await cp(path.join(DIST, wasm), path.join(folder, wasm));
  await run(async ({ shelf, until, length }) => {
    shelf.board.refresh();
    await until(() => shelf.board.data(0)?.state === 'Streaming' && length(shelf.board.data(0)) > 5, 'rows');
  });
});

test('a server that names the wrong MIME type for wasm is no obstacle', async (t) => {
  const { run, feed } = await stage.open(t, { site: { wasmMime: 'text/plain' } });
  const rows = await run(readTen);
  assertSameRows(rows, sentRows(feed, '/simple').slice(0, rows.length));
});

test('Grafana may be served under a sub-path', async (t) => {
  const { run, feed, page } = await stage.open(t, { site: { subPath: '/grafana' } });
  const asked = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  const rows = await run(readTen);
  assertSameRows(rows, sentRows(feed, '/simple').slice(0, rows.length));
  assert.ok(
    asked.some((each) => each.startsWith('/grafana/public/plugins/') && each.endsWith('.wasm')),
    `${asked}`
  );
});

for (const subPath of ['', '/grafana']) {
  test(`the access mode "Server (proxy)" reads through Grafana's proxy${subPath && ' under a sub-path'}`, async (t) => {
    const { run, feed, site } = await stage.open(t, { site: { subPath } });
    const { rows, url } = await run(async ({ source, read, until, rows, length }, url) => {
      const reading = read(await source({}, { access: 'proxy', url }), {
        path: '/counter?period=20',
        backfill: { url: '/history?path=/counter' },
      });
      await until(() => length(reading.latest) >= 20, '20 rows');
      return { rows: rows(reading.stop().latest), url: location.href };
    }, feed.httpUrl);
    assertSameRows(rows, sentRows(feed, '/counter').slice(0, rows.length));
    assert.ok(url.startsWith(site.url));
  });
}
