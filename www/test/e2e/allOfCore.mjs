// The files of the core in one process, so that they share a browser and the page in it. scripts/core.mjs runs this, with
// the names of the tests.
import { CORE } from './core.mjs';

for (const file of Object.keys(CORE)) {
  await import(`./${file}`);
}
