// The workflows: actions are pinned, commands are those that a contributor types, and nothing has more rights than it needs.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';

import { ROOT } from './command.mjs';

/** @typedef {{ uses?: string, run?: string, with?: Record<string, unknown> }} Step */
/** @typedef {{ 'timeout-minutes'?: number, steps: Step[], strategy?: { matrix: Record<string, string[]> } }} Job */
/** @typedef {{ permissions?: unknown, jobs: Record<string, Job> }} Workflow */

const FOLDER = path.join(ROOT, '.github', 'workflows');
const NAMES = readdirSync(FOLDER);
const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));

/** Each step's text in its file is one of these lines. */
const PINNED = /^\s*(?:- )?uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

/** @param {string} name */
const textOf = (name) => readFileSync(path.join(FOLDER, name), 'utf8');
/** @param {string} name @returns {Workflow} */
const workflow = (name) => parse(textOf(name));
/** @param {string} name */
const jobsOf = (name) => Object.values(workflow(name).jobs);
const STEPS = NAMES.flatMap((name) => jobsOf(name).flatMap(({ steps }) => steps));

test('there are the workflows of a plugin made with create-plugin', () => {
  assert.deepEqual([...NAMES].sort(), ['bundle-stats.yml', 'ci.yml', 'is-compatible.yml', 'release.yml']);
});

test('every action is pinned by its commit, and says of which version that is', () => {
  const lines = NAMES.flatMap((name) => textOf(name).split('\n')).filter((line) => line.includes('uses:'));
  assert.equal(lines.length, STEPS.filter(({ uses }) => uses !== undefined).length);
  assert.deepEqual(
    lines.filter((line) => !PINNED.test(line)),
    []
  );
});

test('one action is of one version everywhere', () => {
  const pins = new Map(
    STEPS.flatMap(({ uses }) => (uses ? [/** @type {[string, string]} */ ([uses.split('@')[0], uses])] : []))
  );
  const others = STEPS.map(({ uses }) => uses).filter((uses) => uses && pins.get(uses.split('@')[0]) !== uses);
  assert.deepEqual(others, []);
});

test('every command is one that a contributor types, and exists', () => {
  const commands = STEPS.map(({ run }) => run).filter((run) => run !== undefined);
  assert.ok(commands.length > 0);
  for (const command of commands) {
    assert.match(command, /^(npm (ci|test)|npm run [\w:-]+( -- [\w./-]+)*)$/);
    const script = /^npm run ([\w:-]+)/.exec(command)?.[1];
    assert.ok(script === undefined || script in scripts, command);
  }
});

test('a workflow may only read, unless a job needs more, and no checkout leaves credentials behind', () => {
  for (const name of NAMES) {
    assert.deepEqual(workflow(name).permissions, { contents: 'read' }, name);
  }
  const checkouts = STEPS.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
  assert.ok(checkouts.every((step) => step.with?.['persist-credentials'] === false));
});

test('every job ends by itself', () => {
  assert.ok(NAMES.every((name) => jobsOf(name).every((job) => (job['timeout-minutes'] ?? Infinity) <= 90)));
});

test('the specs run with every Grafana of docker-compose.yaml', () => {
  const { services } = parse(readFileSync(path.join(ROOT, 'docker-compose.yaml'), 'utf8'), { merge: true });
  const { matrix } = workflow('ci.yml').jobs.grafana.strategy ?? { matrix: { profile: [] } };
  assert.deepEqual([...matrix.profile].sort(), [...services.feed.profiles].sort());
});

test('a pipeline that releases takes nothing from a cache', () => {
  const steps = jobsOf('release.yml').flatMap((job) => job.steps);
  assert.ok(!steps.some(({ uses }) => uses?.startsWith('actions/cache@')));
  assert.ok(!steps.some((step) => step.with && 'cache' in step.with));
});
