// The two ways of a text into the engine's memory (src/wasm/inbox/copy.js), in a page under test.

/** Runs in the page, which is then like a browser that knows no options of compilation. */
export function forgetBuiltins() {
  const { Module, validate } = WebAssembly;
  WebAssembly.validate = (bytes) => validate(bytes);
  WebAssembly.Module = class extends Module {
    constructor(/** @type {BufferSource} */ bytes) {
      super(bytes);
    }
  };
}

/** Runs in the page before its scripts: `window.textsTaken` counts the calls of either way. */
export function watchTexts() {
  const taken = { byBuiltins: 0, byEncoder: 0 };
  window.textsTaken = taken;
  const { Instance } = WebAssembly;
  // The engine itself is instantiated by a function; this constructor is for copy.wat alone.
  WebAssembly.Instance = class extends Instance {
    constructor(/** @type {WebAssembly.Module} */ module, /** @type {WebAssembly.Imports | undefined} */ imports) {
      super(module, imports);
      const { copy } = /** @type {any} */ (this.exports);
      const counted = (/** @type {unknown[]} */ ...values) => {
        taken.byBuiltins += 1;
        return copy(...values);
      };
      Object.defineProperty(this, 'exports', { value: { copy: counted } });
    }
  };
  const { encodeInto } = TextEncoder.prototype;
  TextEncoder.prototype.encodeInto = function (/** @type {string} */ text, /** @type {Uint8Array} */ into) {
    // Messages of the feeds have this; the engine's settings and queries, which go the same way, have not.
    taken.byEncoder += text.includes('"value":') ? 1 : 0;
    return encodeInto.call(this, text, into);
  };
}
