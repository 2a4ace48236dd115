#!/usr/bin/env node
// Stands between Playwright and a Firefox of today. Playwright starts this as if it were Firefox, with Firefox's
// arguments; FRESHET_FIREFOX names the real one. What the two say to each other goes through as it is, but for commands
// that Playwright sends to every page and Firefox ESR does not know: they get an empty answer here.
// The dialogue is WebDriver BiDi, https://w3c.github.io/webdriver-bidi/.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { WebSocket, WebSocketServer } from 'ws';

/** Media features as `prefers-color-scheme`. Without it pages see what Firefox says by itself, which is the light scheme. */
const UNKNOWN_TO_FIREFOX = new Set(['emulation.setMediaFeaturesOverride']);

const LISTENING = /^(WebDriver BiDi listening on )(ws:\/\/\S+)$/;

const firefox = spawn(process.env.FRESHET_FIREFOX ?? 'firefox', process.argv.slice(2), {
  stdio: ['ignore', 'inherit', 'pipe'],
});
firefox.once('error', (error) => {
  say(`Firefox could not be started: ${error.message}`);
  process.exit(127);
});
firefox.once('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));

createInterface({ input: firefox.stderr }).on('line', async (line) => {
  const [, words, address] = LISTENING.exec(line) ?? [];
  say(address ? `${words}${await relay(address)}` : line);
});

/** Playwright reads what Firefox writes. @param {string} line */
function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Opens a door to the Firefox at an address. @param {string} address @returns {Promise<string>} the door's own */
async function relay(address) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  server.on('connection', (driver, { url }) => join(driver, new WebSocket(address + (url ?? ''))));
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return `ws://127.0.0.1:${port}`;
}

/** @param {WebSocket} driver @param {WebSocket} browser */
function join(driver, browser) {
  /** @type {string[]} */
  const early = [];
  browser.on('open', () => early.splice(0).forEach((text) => browser.send(text)));
  driver.on('message', (data) => {
    const text = String(data);
    const answer = answerFor(text);
    if (answer) {
      driver.send(answer);
    } else if (browser.readyState === WebSocket.CONNECTING) {
      early.push(text);
    } else {
      browser.send(text);
    }
  });
  browser.on('message', (data) => driver.send(String(data)));
  browser.on('close', () => driver.close());
  driver.on('close', () => browser.close());
  browser.on('error', (error) => say(`The connection to Firefox failed: ${error.message}`));
}

/** The answer to a command that must not reach Firefox. @param {string} text */
function answerFor(text) {
  /** @type {{ id: number, method: string }} */
  const { id, method } = JSON.parse(text);
  return UNKNOWN_TO_FIREFOX.has(method) ? JSON.stringify({ type: 'success', id, result: {} }) : undefined;
}
