// Writes docs/faults.md anew: runs the fault matrix, which also fails when the page is stale.
import process from 'node:process';

import { main, run } from './command.mjs';

const MATRIX = 'www/test/e2e/faultMatrix.test.mjs';

await main(() => run(process.execPath, ['--test', '--test-reporter=spec', MATRIX], { env: { FRESHET_GENERATE: '1' } }));
