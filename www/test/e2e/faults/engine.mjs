// Makes the engine stop for real: the page uses up the engine's memory, so that what it asks for next is refused and
// Rust gives up. Both functions run in the page.

/** Has the kit see every instance of the engine that the page makes from here on. */
export function seeInstances({ shelf }) {
  shelf.instances = [];
  const instantiate = WebAssembly.instantiate;
  const seen = async (module, imports) => {
    const result = await instantiate(module, imports);
    shelf.instances.push(result.instance ?? result);
    return result;
  };
  Object.assign(WebAssembly, { instantiate: seen });
}

/**
 * Uses up the memory of the newest instance: address space that nothing has been written to takes no real memory.
 * Hands back how many instances there were.
 */
export function useUpMemory({ shelf }) {
  const { memory } = shelf.instances.at(-1).exports;
  const grow = (pages) => {
    try {
      return memory.grow(pages) >= 0;
    } catch {
      return false;
    }
  };
  for (let pages = 32_768; pages >= 1; pages /= 2) {
    for (let more = true; more;) {
      more = grow(pages);
    }
  }
  return shelf.instances.length;
}
