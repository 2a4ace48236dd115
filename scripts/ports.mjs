import { createServer } from 'node:net';

/** The first port from `first` on that nothing listens on. @param {number} first @returns {Promise<number>} */
export async function freePort(first) {
  for (let port = first; port < first + 100; port += 1) {
    if (await isFree(port)) {
      return port;
    }
  }
  throw new Error(`No free port from ${first} to ${first + 99}.`);
}

/** @param {number} port @returns {Promise<boolean>} */
function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
