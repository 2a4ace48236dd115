import type { Engine } from './engine';
import { messageOf } from './trap';

/** The engine's JavaScript half: wasm-bindgen's glue, whose default export binds it to a compiled module. */
export interface Glue extends Engine {
  default(input: { module_or_path: WebAssembly.Module }): Promise<unknown>;
}

/** Makes instances of the engine. The bytes are fetched and compiled once; a failure is forgotten, so the next call tries again. */
export class EngineLoader {
  private compiled?: WebAssembly.Module;

  /** `freshGlue` must evaluate the glue anew at each call, since one evaluation serves exactly one instance. */
  constructor(
    private readonly wasmUrl: string,
    private readonly freshGlue: () => Promise<Glue>
  ) {}

  /** A new instance with its own memory. */
  load = async (): Promise<Engine> => {
    this.compiled ??= await compile(this.wasmUrl);
    const glue = await this.freshGlue();
    await glue.default({ module_or_path: this.compiled });
    return glue;
  };
}

async function compile(url: string): Promise<WebAssembly.Module> {
  if (typeof WebAssembly === 'undefined') {
    throw new Error('this browser has WebAssembly switched off');
  }
  const response = await fetchWasm(url);
  if (typeof WebAssembly.compileStreaming === 'function') {
    try {
      return await WebAssembly.compileStreaming(response.clone());
    } catch {
      // Not swallowed: a server that names the wrong MIME type ends here and the bytes are good all the same;
      // if they are not, or the page's policy forbids wasm, compile() below throws and says so.
    }
  }
  return WebAssembly.compile(await response.arrayBuffer());
}

async function fetchWasm(url: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new Error(`${url} could not be fetched (${messageOf(error)})`);
  }
  if (!response.ok) {
    throw new Error(`${url} was answered with status ${response.status}`);
  }
  return response;
}
