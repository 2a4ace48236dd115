// Programs: where they are, and running them. Node built-ins only, since set-up runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** The repository's top level. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Where set-up puts the tools that are not on the PATH. */
export const TOOLS = path.join(ROOT, '.cache', 'tools');

// wasm-pack looks for wasm-opt on the PATH, and npm puts binaryen's there.
const LOCAL = [path.join(TOOLS, 'bin'), path.join(ROOT, 'node_modules', '.bin')];

/** The environment that every command runs in. */
export const environment = {
  ...process.env,
  PATH: [...LOCAL, process.env.PATH ?? ''].join(path.delimiter),
};

/**
 * The first of these programs that is on the PATH.
 * @param {string[]} names
 * @returns {string | undefined} its full path
 */
export function find(...names) {
  const folders = environment.PATH.split(path.delimiter);
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  const candidates = names.flatMap((name) =>
    folders.flatMap((folder) => endings.map((ending) => path.join(folder, name + ending)))
  );
  return candidates.find((candidate) => existsSync(candidate));
}

/**
 * What a command prints, or undefined when it is missing or fails.
 * @param {string} command
 * @param {string[]} args
 */
export function ask(command, ...args) {
  const result = spawnSync(command, args, { cwd: ROOT, env: environment, encoding: 'utf8' });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

/**
 * Runs a command with its output on this terminal. Rejects with a `code` when it fails.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: Record<string, string | undefined>, onOutput?: (text: string) => void }} [options]
 *   `onOutput` is also given everything the command prints.
 * @returns {Promise<void>}
 */
export function run(command, args, { env = {}, onOutput } = {}) {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...environment, ...(onOutput && process.stdout.isTTY ? COLOURS : {}), ...env },
    stdio: onOutput ? ['inherit', 'pipe', 'pipe'] : 'inherit',
    shell: process.platform === 'win32',
  });
  if (onOutput) {
    child.stdout?.setEncoding('utf8').on('data', (text) => void (process.stdout.write(text), onOutput(text)));
    child.stderr?.setEncoding('utf8').on('data', (text) => void (process.stderr.write(text), onOutput(text)));
  }
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new CommandError(`${command} could not be started: ${error.message}`, 127)));
    child.once('close', (code, signal) =>
      code === 0 ? resolve() : reject(new CommandError(`${command} ${args.join(' ')} failed`, code ?? 1, signal))
    );
  });
}

// Programs that write to a pipe leave their colours out unless told otherwise.
const COLOURS = { FORCE_COLOR: '1', CARGO_TERM_COLOR: 'always' };

/** A command that did not end well. */
export class CommandError extends Error {
  /**
   * @param {string} message
   * @param {number} code
   * @param {string | null} [signal]
   */
  constructor(message, code, signal) {
    super(signal ? `${message} (signal ${signal})` : `${message} (exit code ${code})`);
    this.code = code;
  }
}

/** Whether a module is the program that was started. @param {string} url its import.meta.url */
export function isMain(url) {
  return process.argv[1] === fileURLToPath(url);
}

/**
 * Runs a program. A command of its own that failed has said why, so its stack would only be in the way.
 * @param {() => Promise<void>} program
 */
export async function main(program) {
  try {
    await program();
  } catch (error) {
    if (!(error instanceof CommandError)) {
      throw error;
    }
    console.error(`✗ ${error.message}`);
    process.exitCode = error.code;
  }
}
