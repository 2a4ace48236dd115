// Writes anew what is made from other sources: www/plugin/generated.ts from the engine's tables, by the test that also
// fails when the file is stale, and the schema of queries from their types.
import { writeFile } from 'node:fs/promises';

import { main, run } from './command.mjs';
import { SCHEMA_FILE, schemaText } from './schema.mjs';

await main(async () => {
  await run('cargo', ['test', '--test', 'truths'], { env: { FRESHET_GENERATE: '1' } });
  // The types are made of what has just been written.
  await writeFile(SCHEMA_FILE, await schemaText());
});
