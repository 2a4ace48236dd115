// An Ethereum node for a test: anvil of Foundry.
import path from 'node:path';

import { npmFolder, skipWithout } from '../../../scripts/setup/ownFolders.mjs';
import { ask, startProgram } from './ownServer.mjs';
import { freePort } from './ports.mjs';

export const NO_ANVIL = skipWithout('anvil');

const PROGRAM = path.join(npmFolder('anvil', '@foundry-rs/anvil-linux-amd64'), 'bin', 'anvil');
/** Accounts that anvil always has. */
const [FROM, TO] = ['0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266', '0x70997970c51812dc3a010c7d01b50e0d17dc79c8'];

/** @param {import('node:test').TestContext} t */
export async function startAnvil(t) {
  const port = await freePort();
  // Blocks are made when the test asks for one.
  const args = ['--host', '127.0.0.1', '--port', String(port), '--no-mining', '--silent'];
  const call = async (/** @type {string} */ method, /** @type {unknown[]} */ ...params) => {
    const answer = await ask(`http://127.0.0.1:${port}`, { jsonrpc: '2.0', id: 1, method, params });
    const { result, error } = JSON.parse(answer);
    if (error) {
      throw new Error(`${method}: ${error.message}`);
    }
    return result;
  };
  const server = await startProgram(t, { name: 'anvil', program: PROGRAM, args, ask: () => call('eth_chainId') });
  return {
    ...server,
    url: `ws://127.0.0.1:${port}`,
    /** Makes a block. */
    mine: () => call('evm_mine'),
    /** Gives the hash of a new transaction. @returns {Promise<string>} */
    pay: () => call('eth_sendTransaction', { from: FROM, to: TO, value: '0x1' }),
    /** The hash of the newest block. @returns {Promise<string>} */
    newest: async () => (await call('eth_getBlockByNumber', 'latest', false)).hash,
  };
}
