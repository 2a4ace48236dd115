import { parseArgs } from 'node:util';
import { RecordingError, replayPath } from './feeds/replay.mjs';
import { textListing } from './listing.mjs';
import { startFeedServer } from './server.mjs';

const DEFAULT_PORT = 9190;
const USAGE = `node www/dev/feed/main.mjs [--port ${DEFAULT_PORT}] [--host 127.0.0.1] [--counter-start 0] [--replay FILE]…`;

/** Stops the program with a sentence instead of a stack. */
class UsageError extends Error {}

/**
 * @param {string} name
 * @param {string | undefined} raw
 * @param {number} initial
 * @param {number} max
 */
function wholeOption(name, raw, initial, max) {
  if (raw === undefined) {
    return initial;
  }
  if (!/^\d+$/.test(raw) || Number(raw) > max) {
    throw new UsageError(`--${name} is "${raw}"; it must be a whole number from 0 to ${max}.`);
  }
  return Number(raw);
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', short: 'p' },
        host: { type: 'string' },
        'counter-start': { type: 'string' },
        replay: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(/** @type {Error} */ (error).message);
  }
}

/** @param {{ port: number, host: string | undefined, counterStart: number, recordings: string[] }} options */
async function start(options) {
  try {
    return await startFeedServer(options);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EADDRINUSE') {
      throw new UsageError(`Port ${options.port} is taken; choose another one with --port.`);
    }
    throw error instanceof RecordingError ? new UsageError(error.message) : error;
  }
}

async function main() {
  const options = readOptions();
  if (options.help) {
    console.log(USAGE);
    return;
  }
  const recordings = options.replay ?? [];
  const server = await start({
    recordings,
    port: wholeOption('port', options.port, DEFAULT_PORT, 65_535),
    host: options.host,
    counterStart: wholeOption('counter-start', options['counter-start'], 0, Number.MAX_SAFE_INTEGER),
  });
  console.log(`Freshet feed server at ${server.httpUrl}, until Ctrl-C\n\n${textListing(server)}`);
  recordings.forEach((file) => console.log(`\nReplaying ${file} at ${server.url}${replayPath(file)}`));
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.once(signal, () => server.close());
  }
}

main().catch((error) => {
  const known = error instanceof UsageError;
  console.error(known ? `${error.message}\n${USAGE}` : error);
  process.exitCode = 1;
});
