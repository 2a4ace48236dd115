import { CALLS, type Engine } from './types';
import { InstanceGuard } from './guard';
import { messageOf } from './trap';

/** The engine's JavaScript half: wasm-bindgen's glue, whose default export binds it to a compiled module. */
export interface Glue extends Engine {
  default(input: { module_or_path: WebAssembly.Module }): Promise<unknown>;
}

type Watch = InstanceGuard['watch'];

/** Makes instances of the engine. The bytes are fetched and compiled once; a failure is forgotten, so the next call tries again. */
export class EngineLoader {
  private compiled?: WebAssembly.Module;

  /** `freshGlue` must evaluate the glue anew at each call, since one evaluation serves exactly one instance. */
  constructor(
    private readonly wasmUrl: string,
    private readonly freshGlue: () => Promise<Glue>
  ) {}

  /** A new instance with its own memory. `onTrap` hears of the trap that ends it, and of nobody else's. */
  load = async (onTrap: (trap: Error) => void): Promise<Engine> => {
    this.compiled ??= await compile(this.wasmUrl);
    return bind(await this.freshGlue(), this.compiled, new InstanceGuard(onTrap));
  };
}

/** Binds an evaluation of the glue to a new instance that is guarded. After `abandon` nothing enters that instance. */
export async function bind(glue: Glue, module: WebAssembly.Module, guard: InstanceGuard): Promise<Engine> {
  const leave = watchInstance(module, (exports) => guard.watch(exports));
  try {
    await glue.default({ module_or_path: module });
  } finally {
    leave();
  }
  const calls = Object.fromEntries(CALLS.map((name) => [name, glue[name]])) as unknown as Engine;
  return { ...calls, abandon: () => guard.bury(calls.abandon) };
}

/**
 * Has `watch` see the exports of the next instance of `module` before the glue has them. The glue makes the instance
 * itself and lets nobody in between but here. Other modules that are instantiated meanwhile pass as ever.
 */
function watchInstance(module: WebAssembly.Module, watch: Watch): () => void {
  const original = WebAssembly.instantiate as (...input: unknown[]) => Promise<WebAssembly.Instance>;
  let waiting = true;
  const leave = () => {
    waiting = false;
    if (WebAssembly.instantiate === watching) {
      Object.assign(WebAssembly, { instantiate: original });
    }
  };
  const watching = async (...input: unknown[]) => {
    if (!waiting || input[0] !== module) {
      return original(...input);
    }
    leave();
    const { exports } = await original(...input);
    return { module, instance: { exports: watch(exports) } };
  };
  Object.assign(WebAssembly, { instantiate: watching });
  return leave;
}

async function compile(url: string): Promise<WebAssembly.Module> {
  if (typeof WebAssembly === 'undefined') {
    throw new Error('WebAssembly is disabled in this browser');
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
    throw new Error(`${url} could not be fetched (${messageOf(error)})`, { cause: error });
  }
  if (!response.ok) {
    throw new Error(`${url} was answered with status ${response.status}`);
  }
  return response;
}
