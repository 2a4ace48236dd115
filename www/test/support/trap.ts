// (module (func (export "f") unreachable)), which is what a Rust panic ends in.
const UNREACHABLE = new Uint8Array([
  0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 0x66, 0, 0, 10, 5, 1, 3, 0, 0, 0x0b,
]);

/** Traps, as wasm does: the error comes from the engine of the runtime and not from a test. */
export function trap(): never {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(UNREACHABLE));
  (exports.f as () => void)();
  throw new Error('unreachable was reached');
}

/** The error of such a trap. */
export function trapError(): Error {
  try {
    return trap();
  } catch (error) {
    return error as Error;
  }
}
