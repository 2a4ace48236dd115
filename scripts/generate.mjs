// Writes www/plugin/generated.ts anew from the engine's tables; the test that does it also fails when the file is stale.
import { main, run } from './command.mjs';

await main(() => run('cargo', ['test', '--test', 'truths'], { env: { FRESHET_GENERATE: '1' } }));
