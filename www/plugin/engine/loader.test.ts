/** @jest-environment node */
import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

import { EngineLoader, type Glue } from './loader';

const PKG = path.join(__dirname, '../../..', 'pkg');
const WASM = readFileSync(path.join(PKG, 'freshet_bg.wasm'));

let server: Server;
let url: string;
let requests: number;
let answer: (response: ServerResponse) => void;
let onTrap: jest.Mock<void, [Error]>;

beforeEach(async () => {
  requests = 0;
  onTrap = jest.fn();
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
  return import('../../../pkg/freshet.js');
}

it.each([
  ['streaming, where the server names the type', 'application/wasm'],
  ['from the bytes, where it does not', 'application/octet-stream'],
])('compiles the engine %s', async (_, type) => {
  answer = serve(type);
  const streaming = jest.spyOn(WebAssembly, 'compileStreaming');
  const engine = await new EngineLoader(url, freshGlue).load(onTrap);
  expect(engine.connections()).toEqual([]);
  expect(streaming).toHaveBeenCalledTimes(1);
  expect(requests).toBe(1);
});

it('fetches once, and makes instances of their own', async () => {
  const loader = new EngineLoader(url, freshGlue);
  const [first, second] = [await loader.load(onTrap), await loader.load(onTrap)];
  expect(requests).toBe(1);
  expect(second.connections).not.toBe(first.connections);
  first.abandon();
  expect(second.connections()).toEqual([]);
});

it('names the status of an answer that holds no file, and tries again at the next call', async () => {
  const loader = new EngineLoader(url, freshGlue);
  answer = (response) => response.writeHead(404).end();
  await expect(loader.load(onTrap)).rejects.toThrow(`${url} was answered with status 404`);
  answer = serve('application/wasm');
  expect((await loader.load(onTrap)).connections()).toEqual([]);
});

it('names the file that cannot be fetched', async () => {
  answer = (response) => response.destroy();
  await expect(new EngineLoader(url, freshGlue).load(onTrap)).rejects.toThrow(
    `${url} could not be fetched (fetch failed)`
  );
});

it.each(['application/wasm', 'text/html'])('passes on what is wrong with the bytes, sent as %s', async (type) => {
  answer = serve(type, Buffer.from('<html></html>'));
  await expect(new EngineLoader(url, freshGlue).load(onTrap)).rejects.toThrow(/expected magic word/);
});

describe('a trap', () => {
  type Real = typeof import('../../../pkg/freshet.js');

  /** An engine, and what traps in it: an observable at an address that its memory does not have. */
  async function breakable(heard: (trap: Error) => void) {
    let glue: Real | undefined;
    const engine = await new EngineLoader(url, async () => (glue = (await freshGlue()) as Real)).load(heard);
    const { Observable } = glue as unknown as { Observable: { __wrap(address: number): { subscribe(): unknown } } };
    return { engine, trap: () => Observable.__wrap(0xffff0000).subscribe() };
  }

  it('is told once, and nothing enters the instance afterwards', async () => {
    const { engine, trap } = await breakable(onTrap);
    expect(trap).toThrow('memory access out of bounds');
    expect(onTrap.mock.calls).toEqual([[expect.objectContaining({ name: 'RuntimeError' })]]);
    expect(trap).not.toThrow();
    engine.abandon();
    expect(trap).not.toThrow();
    expect(onTrap).toHaveBeenCalledTimes(1);
  });

  it('is laid at the door of its own instance', async () => {
    const [first, second] = [await breakable(onTrap), await breakable(() => undefined)];
    expect(second.trap).toThrow('memory access out of bounds');
    expect(onTrap).not.toHaveBeenCalled();
    expect(first.engine.connections()).toEqual([]);
    expect(first.trap).toThrow('memory access out of bounds');
    expect(onTrap).toHaveBeenCalledTimes(1);
  });
});

it('leaves WebAssembly as it was, whether an instance could be made or not', async () => {
  const { instantiate } = WebAssembly;
  const loader = new EngineLoader(url, freshGlue);
  await loader.load(onTrap);
  expect(WebAssembly.instantiate).toBe(instantiate);
  const noGlue = async () => ({ ...(await freshGlue()), default: () => Promise.reject(new Error('no memory left')) });
  await expect(new EngineLoader(url, noGlue).load(onTrap)).rejects.toThrow('no memory left');
  expect(WebAssembly.instantiate).toBe(instantiate);
});

it('hands others the instances they make meanwhile', async () => {
  const empty = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  let other: unknown;
  const slowGlue = async () => {
    const glue = await freshGlue();
    const bind: Glue['default'] = async (input) => {
      ({ instance: other } = await WebAssembly.instantiate(empty));
      return glue.default(input);
    };
    return { ...glue, default: bind };
  };
  const engine = await new EngineLoader(url, slowGlue).load(onTrap);
  expect(other).toBeInstanceOf(WebAssembly.Instance);
  expect(engine.connections()).toEqual([]);
});
