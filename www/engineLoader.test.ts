/** @jest-environment node */
import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

import { EngineLoader, type Glue } from './engineLoader';

const PKG = path.join(__dirname, '..', 'pkg');
const WASM = readFileSync(path.join(PKG, 'freshet_bg.wasm'));

let server: Server;
let url: string;
let requests: number;
let answer: (response: ServerResponse) => void;

beforeEach(async () => {
  requests = 0;
  answer = serve('application/wasm');
  server = createServer((_, response) => {
    requests += 1;
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/freshet.wasm`;
});

afterEach(async () => {
  jest.restoreAllMocks();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function serve(type: string, body: Uint8Array = WASM) {
  return (response: ServerResponse) => response.writeHead(200, { 'content-type': type }).end(body);
}

/** The real glue, evaluated anew at each call, which in a bundle is webpack's part. */
async function freshGlue(): Promise<Glue> {
  jest.resetModules();
  return import('../pkg/freshet.js');
}

it.each([
  ['streaming, where the server names the type', 'application/wasm'],
  ['from the bytes, where it does not', 'application/octet-stream'],
])('compiles the engine %s', async (_, type) => {
  answer = serve(type);
  const streaming = jest.spyOn(WebAssembly, 'compileStreaming');
  const engine = await new EngineLoader(url, freshGlue).load();
  expect(engine.connections()).toEqual([]);
  expect(streaming).toHaveBeenCalledTimes(1);
  expect(requests).toBe(1);
});

it('fetches once, and makes instances of their own', async () => {
  const loader = new EngineLoader(url, freshGlue);
  const [first, second] = [await loader.load(), await loader.load()];
  expect(requests).toBe(1);
  expect(second.connections).not.toBe(first.connections);
  first.abandon();
  expect(second.connections()).toEqual([]);
});

it('names the status of an answer that holds no file, and tries again at the next call', async () => {
  const loader = new EngineLoader(url, freshGlue);
  answer = (response) => response.writeHead(404).end();
  await expect(loader.load()).rejects.toThrow(`${url} was answered with status 404`);
  answer = serve('application/wasm');
  expect((await loader.load()).connections()).toEqual([]);
});

it('names the file that cannot be fetched', async () => {
  answer = (response) => response.destroy();
  await expect(new EngineLoader(url, freshGlue).load()).rejects.toThrow(`${url} could not be fetched (fetch failed)`);
});

it.each(['application/wasm', 'text/html'])('passes on what is wrong with the bytes, sent as %s', async (type) => {
  answer = serve(type, Buffer.from('<html></html>'));
  await expect(new EngineLoader(url, freshGlue).load()).rejects.toThrow(/expected magic word/);
});
