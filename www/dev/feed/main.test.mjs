import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { read, serve, until } from '../../test/support/feed.mjs';

const MAIN = fileURLToPath(new URL('main.mjs', import.meta.url));

/**
 * @param {import('node:test').TestContext} t
 * @param {string[]} args
 */
function run(t, args) {
  const child = spawn(process.execPath, [MAIN, ...args]);
  const state = { child, output: '', errors: '', ended: once(child, 'close') };
  child.stdout.on('data', (chunk) => (state.output += chunk));
  child.stderr.on('data', (chunk) => (state.errors += chunk));
  t.after(() => child.kill('SIGKILL'));
  return state;
}

test('prints every URL, serves, and stops on a signal', async (t) => {
  const program = run(t, ['--port', '0', '--counter-start', '77']);
  await until(() => program.output.includes('/control/drop'), 'the listing');
  const url = /ws:\/\/127\.0\.0\.1:\d+/.exec(program.output)?.[0] ?? '';
  for (const path of ['/simple?', '/trades?', '/silent ', '/forbidden ']) {
    assert.ok(program.output.includes(url + path), path);
  }
  const reader = await read(`${url}/counter`);
  assert.equal((await reader.takeJson(1))[0].value, 77);
  program.child.kill('SIGTERM');
  assert.deepEqual(await program.ended, [0, null]);
  assert.equal((await reader.ended()).code, 1006);
});

test('says what is wrong instead of showing a stack', async (t) => {
  const feed = await serve(t);
  const cases = [
    { args: ['--replay', 'none.ndjson'], error: 'none.ndjson cannot be read' },
    { args: ['--port', String(feed.port)], error: `Port ${feed.port} is taken; choose another one with --port.` },
    { args: ['--port', 'http'], error: '--port is "http"; it must be a whole number from 0 to 65535.' },
    { args: ['--prot', '1'], error: "Unknown option '--prot'" },
  ];
  for (const { args, error } of cases) {
    const program = run(t, args);
    assert.deepEqual(await program.ended, [1, null]);
    assert.ok(program.errors.startsWith(error), program.errors);
    assert.ok(!program.errors.includes('    at '), program.errors);
  }
  const help = run(t, ['--help']);
  assert.deepEqual(await help.ended, [0, null]);
  assert.match(help.output, /--port 9190/);
});
