// Starting a program that is a server, for a test: what the servers in folders of their own have in common.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a server may take to be ready: some are large, and the machine may be busy. */
const START_MS = 180_000;

/** A new folder, which the server that is started in it removes. @param {string} name */
export const newFolder = (name) => mkdtempSync(path.join(os.tmpdir(), `freshet-${name}-`));

/**
 * @typedef {object} Program
 * @property {string} name
 * @property {string} program
 * @property {string[]} args
 * @property {() => Promise<unknown>} ask rejects for as long as it is not ready
 * @property {Record<string, string>} [env]
 * @property {string} [folder] where it runs, from newFolder
 * @property {(line: string) => void} [onLine] hears its standard output
 */

/**
 * Starts a program, and again when a test asks for it. What it said last is printed when the test fails.
 * @param {import('node:test').TestContext} t
 * @param {Program} what
 */
export async function startProgram(t, { name, program, args, ask, env = {}, folder, onLine }) {
  /** @type {import('node:child_process').ChildProcess} */
  let server;
  let said = '';
  const isGone = () => server.exitCode !== null || server.signalCode !== null;
  const start = async () => {
    // A group of its own: crossbar and others start programs themselves, which would outlive it.
    server = spawn(program, args, { stdio: 'pipe', cwd: folder, env: { ...process.env, ...env }, detached: true });
    const note = (/** @type {string} */ text) => void (said = `${said}${text}`.slice(-4000));
    server.on('error', (error) => note(error.message));
    server.stderr?.setEncoding('utf8').on('data', note);
    server.stdout?.setEncoding('utf8').on('data', note);
    if (onLine && server.stdout) {
      createInterface({ input: server.stdout }).on('line', onLine);
    }
    const isReady = () =>
      ask().then(
        () => true,
        () => false
      );
    for (const end = Date.now() + START_MS; !(await isReady()); await sleep(50)) {
      if (isGone() || server.pid === undefined || Date.now() > end) {
        throw new Error(`${name} does not start: ${said}`);
      }
    }
  };
  const stop = async () => {
    if (!isGone() && server.pid !== undefined) {
      const gone = once(server, 'exit');
      process.kill(-server.pid, 'SIGKILL');
      await gone;
    }
  };
  t.after(async () => {
    await stop();
    if (folder) {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
    // @types/node 20 does not know it, Node does.
    const { passed } = /** @type {import('node:test').TestContext & { passed?: boolean }} */ (t);
    if (!passed) {
      t.diagnostic(`${name} said: ${said}`);
    }
  });
  await start();
  return { start, stop, write: (/** @type {string} */ line) => void server.stdin?.write(`${line}\n`) };
}

/**
 * Asks a server by HTTP.
 * @param {string} url
 * @param {object} [body] sent as JSON
 * @returns {Promise<string>} the answer; one with a status that is none of success is an error
 */
export async function ask(url, body) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, body && { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${url}: ${response.status} ${text}`);
  }
  return text;
}
