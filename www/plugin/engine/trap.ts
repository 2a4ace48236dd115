/** The name of a trap's error. Names and not `instanceof`: in Grafana's sandbox the error may come from another realm. */
export const TRAP = 'RuntimeError';

/** The errors of a stack that is used up: the standard's, and Firefox's own. */
export const ENDS_OF_STACK: readonly string[] = ['RangeError', 'InternalError'];

/**
 * Tells a trap of the engine from every other error. After a trap (a Rust panic, memory used up) the instance's state
 * is undefined: nothing it says afterwards can be trusted, so it has to be replaced.
 */
export function isTrap(error: unknown): error is Error {
  if (!(error instanceof Error) && !hasName(error)) {
    return false;
  }
  if (error.name === TRAP) {
    return true;
  }
  // Wasm that runs out of stack throws JavaScript's own error, and never puts its stack pointer back.
  return ENDS_OF_STACK.includes(error.name) && /wasm-function|wasm:\/\//.test(error.stack ?? '');
}

/** The trap in what an unsubscribe threw: RxJS collects the errors of all teardowns in one. */
export function trapIn(error: unknown): Error | undefined {
  const collected = typeof error === 'object' && error !== null && 'errors' in error ? error.errors : [];
  return [error, ...(Array.isArray(collected) ? collected : [])].find(isTrap);
}

/** The sentence in an error, whatever was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof Error || hasName(error)) {
    return error.message;
  }
  return String(error);
}

function hasName(error: unknown): error is Error {
  return typeof error === 'object' && error !== null && 'name' in error && 'message' in error;
}
