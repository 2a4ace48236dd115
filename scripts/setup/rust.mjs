import { existsSync } from 'node:fs';

import { ask, find, run } from '../command.mjs';
import { ready, SetupError, working } from './report.mjs';

const TARGET = 'wasm32-unknown-unknown';
const COMPONENTS = ['rustfmt', 'clippy'];

/** The Rust compiler, the target that the engine is compiled for, and the two tools that check its sources. */
export async function setUpRust() {
  const version = find('cargo') && ask('rustc', '--version');
  if (!version) {
    throw new SetupError(
      'Rust is missing. Install it with rustup, the installer of the Rust project (on Debian and Ubuntu ' +
        '"apt install rustup" and then "rustup default stable"), open a new terminal, and run this again.'
    );
  }
  ready(version);
  await (find('rustup') ? addWithRustup() : checkWithoutRustup());
}

async function addWithRustup() {
  const targets = (ask('rustup', 'target', 'list', '--installed') ?? '').split('\n');
  if (!targets.includes(TARGET)) {
    working(`adding the target ${TARGET}`);
    await run('rustup', ['target', 'add', TARGET]);
  }
  const components = ask('rustup', 'component', 'list', '--installed') ?? '';
  for (const component of COMPONENTS.filter((name) => !components.includes(name))) {
    working(`adding ${component}`);
    await run('rustup', ['component', 'add', component]);
  }
  ready(`${TARGET}, ${COMPONENTS.join(', ')}`);
}

// Rust from a distribution's packages has no rustup to add things with.
async function checkWithoutRustup() {
  const library = ask('rustc', '--print', 'target-libdir', '--target', TARGET);
  if (!library || !existsSync(library)) {
    throw new SetupError(
      `This Rust has no target ${TARGET}. Install the package your distribution has for it ` +
        '(Debian and Ubuntu: libstd-rust-dev-wasm32), or use rustup.'
    );
  }
  const missing = COMPONENTS.filter((name) => !find(name === 'clippy' ? 'cargo-clippy' : name));
  if (missing.length > 0) {
    throw new SetupError(
      `Missing: ${missing.join(', ')}. Install your distribution's packages for them, or use rustup.`
    );
  }
  ready(`${TARGET}, ${COMPONENTS.join(', ')}`);
}
