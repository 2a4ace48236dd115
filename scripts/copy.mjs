// Assembles src/wasm/inbox/copy.wat and writes it into src/wasm/inbox/copy.js, where the engine finds it.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { isMain, main, ROOT, run } from './command.mjs';

const SOURCE = path.join(ROOT, 'src/wasm/inbox/copy.wat');
const HOLDER = path.join(ROOT, 'src/wasm/inbox/copy.js');

/** Between the quotes of the constant. */
const PLACE = /(?<=const ASSEMBLED =\s+')[^']*(?=';)/;

/** What the source assembles to, in base64. */
export async function assembled() {
  const folder = await mkdtemp(path.join(tmpdir(), 'freshet-copy-'));
  try {
    const file = path.join(folder, 'copy.wasm');
    await run('wasm-opt', ['--enable-gc', '--enable-reference-types', '-O3', SOURCE, '-o', file]);
    return (await readFile(file)).toString('base64');
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What copy.js holds. */
export async function held() {
  return PLACE.exec(await readFile(HOLDER, 'utf8'))?.[0];
}

if (isMain(import.meta.url)) {
  await main(async () => {
    const code = await readFile(HOLDER, 'utf8');
    await writeFile(HOLDER, code.replace(PLACE, await assembled()));
  });
}
