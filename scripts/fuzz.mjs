// `npm run fuzz`: builds the fuzz targets and runs each for some seconds from its seeds, as `npm test` does.
// `npm run fuzz -- path 600`: one of them for ten minutes, from what earlier runs found as well.
// `npm run fuzz -- path <file>`: one input.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';

import { ask, CommandError, environment, find, main, ROOT, run } from './command.mjs';

const FUZZ = path.join(ROOT, 'fuzz');
const TARGET_DIR = path.join(FUZZ, 'target');
const SMOKE_SECONDS = 5;

// What grows without bound or hangs fails. Memory is also bounded by the targets' own allocator (fuzz/src/lib.rs), since
// -malloc_limit_mb needs a sanitizer.
const LIMITS = ['-rss_limit_mb=512', '-malloc_limit_mb=256', '-timeout=10'];

await main(async () => {
  checkTools();
  const [target, what = '60'] = process.argv.slice(2);
  const known = targets();
  if (target && !known.includes(target)) {
    throw new CommandError(`There is no fuzz target "${target}"; there are ${known.join(', ')}`, 1);
  }
  await build(target);
  await (target ? fuzzOne(target, what) : smoke(known));
});

/** Says what to install. Set-up has tried to, so that what is missing here a person has to see to. */
function checkTools() {
  if (!find('cargo-fuzz')) {
    throw new CommandError('cargo-fuzz is missing: install it with "cargo install cargo-fuzz --locked"', 1);
  }
  if (!process.env.CXX && !find('c++', 'g++', 'clang++')) {
    throw new CommandError(
      'A C++ compiler is missing, which libFuzzer is built with: install one, for example with "apt install g++"',
      1
    );
  }
}

function targets() {
  const files = readdirSync(path.join(FUZZ, 'fuzz_targets'));
  return files.filter((file) => file.endsWith('.rs')).map((file) => path.basename(file, '.rs'));
}

/**
 * Without a sanitizer: the crate forbids unsafe code, so that the address sanitizer would only look at its dependencies,
 * and it makes the build and the runs take several times as long. Overflows and debug assertions are checked.
 * @param {string | undefined} target all when undefined
 */
async function build(target) {
  const one = target ? [target] : [];
  await run('cargo', ['fuzz', 'build', '--sanitizer', 'none', '--fuzz-dir', FUZZ, '--target-dir', TARGET_DIR, ...one]);
}

/** @param {string} target */
function binary(target) {
  const host = /^host: (.+)$/m.exec(ask('rustc', '-vV') ?? '')?.[1] ?? '';
  return path.join(TARGET_DIR, host, 'release', target);
}

/** @param {string} target */
function places(target) {
  const artifacts = path.join(FUZZ, 'artifacts', target, path.sep);
  const corpus = path.join(FUZZ, 'corpus', target);
  [artifacts, corpus].forEach((folder) => mkdirSync(folder, { recursive: true }));
  return { artifacts, corpus, seeds: path.join(FUZZ, 'seeds', target) };
}

/** @param {string} target @param {string} what seconds, or an input's file */
async function fuzzOne(target, what) {
  const { artifacts, corpus, seeds } = places(target);
  const seconds = Number(what);
  if (Number.isNaN(seconds)) {
    return run(binary(target), [...LIMITS, what]);
  }
  const options = [...LIMITS, `-artifact_prefix=${artifacts}`, `-max_total_time=${seconds}`, '-print_final_stats=1'];
  await run(binary(target), [corpus, seeds, ...options]);
}

/** All targets, as many at a time as there are processors. @param {string[]} names */
async function smoke(names) {
  const waiting = [...names];
  /** @type {string[]} */
  const failed = [];
  const worker = async () => {
    for (let name = waiting.shift(); name; name = waiting.shift()) {
      if (!(await smokeOne(name))) {
        failed.push(name);
      }
    }
  };
  await Promise.all(Array.from({ length: os.availableParallelism() }, worker));
  if (failed.length > 0) {
    throw new CommandError(`These fuzz targets failed: ${failed.join(', ')}`, 1);
  }
  console.log(`✓ ${names.length} fuzz targets, ${SMOKE_SECONDS} s each`);
}

/**
 * The same seed of chance each time: a failure is one of the change and not of the day. What is found goes to a folder
 * that is thrown away, so that a run does not depend on those before it.
 * @param {string} target
 */
async function smokeOne(target) {
  const { artifacts, seeds } = places(target);
  const found = mkdtempSync(path.join(os.tmpdir(), `fuzz-${target}-`));
  const options = [...LIMITS, `-artifact_prefix=${artifacts}`, `-max_total_time=${SMOKE_SECONDS}`, '-seed=1'];
  const { code, output } = await quietly(binary(target), [found, ...(existsSync(seeds) ? [seeds] : []), ...options]);
  rmSync(found, { recursive: true });
  const runs = /^Done (\d+) runs/m.exec(output)?.[1];
  if (code === 0 && runs) {
    console.log(`  ${target}: ${runs} inputs`);
    return true;
  }
  const input = /Test unit written to (.+)$/m.exec(output)?.[1];
  const again = input ? `\nAgain: npm run fuzz -- ${target} ${path.relative(ROOT, input)}` : '';
  console.error(`${output.slice(-6000)}\n✗ ${target} failed.${again}`);
  return false;
}

/**
 * @param {string} command @param {string[]} args
 * @returns {Promise<{ code: number | null, output: string }>}
 */
function quietly(command, args) {
  const child = spawn(command, args, { cwd: ROOT, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  }
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 127, output: error.message }));
    child.once('close', (code) => resolve({ code, output }));
  });
}
