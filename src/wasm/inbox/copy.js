// Texts into the engine's memory. How and why is said in copy.wat, which stands here assembled:
// `npm run copy` writes it anew.

const ASSEMBLED =
  'AGFzbQEAAAABEwNedwFgA29jAH8Bf2ADb39/AX8CNQIGZW5naW5lBm1lbW9yeQIAAQ53YXNtOmpzLXN0cmluZxFpbnRvQ2hhckNvZGVBcnJheQABAwIBAgYMAWQAAEGIgAH7BwALBwgBBGNvcHkAAQriBAHfBAIKfwFkACAAIwAiDUEAEAAiBSACIAFrTwRAQQAPCwNAIAMgBUkEQCACIAFrQQhPBEAgDSAD+w0AIgYgDSADQQFq+w0AIgRyIA0gA0ECavsNACIHIA0gA0EDavsNACIIcnIgDSADQQRq+w0AIgkgDSADQQVq+w0AIgpyIA0gA0EGavsNACILIA0gA0EHavsNACIMcnJyQYABSQRAIAEgBiAEQQh0ciAHQRB0IAhBGHRycjYAACABIAkgCkEIdHIgC0EQdCAMQRh0cnI2AAQgAUEIaiEBIANBCGohAwwDCwsgA0EIaiIGIAVLBEAgBSEGCwNAIAMgBkkEQCANIAP7DQAiBEGAAUkEQCABIAQ6AAAgAUEBaiEBIANBAWohAwwCCyACIAFrIAUgA2tBA2xNBEBBAA8LIANBAWohAyAEQYAQSQRAIAEgBEEGdkHAAXI6AAAgASAEQT9xQYABcjoAASABQQJqIQEMAgsgBEGA8ANxQYCwA0YEQEEAIQcgAyAFSQRAIA0gA/sNACEHCyAHQYD4A3FBgLgDRiAEQYC4A0lxBEAgA0EBaiEDIAEgBEEKdCAHakGAuP8aayIEQRJ2QfABcjoAACABIARBDHZBP3FBgAFyOgABIAEgBEEGdkE/cUGAAXI6AAIgASAEQT9xQYABcjoAAyABQQRqIQEMAwtB/f8DIQQLIAEgBEEMdkHgAXI6AAAgASAEQQZ2QT9xQYABcjoAASABIARBP3FBgAFyOgACIAFBA2ohAQwBCwsMAQsLIAEgAyAFa2sgASADIAVLGyIBQR46AAAgAUEBags=';

/** The longest text, in code units, that the assembled module takes; as in copy.wat. */
const MAX_UNITS = 1 << 14;
/** Record separator; see SEPARATOR in src/format/mod.rs. */
const SEPARATOR = '\x1e';
/** Characters that are joined at most: joining long texts copies more than the calls cost. */
const MAX_JOINED = 1 << 14;

const encoder = new TextEncoder();

/** Writes texts as UTF-8 into a memory. */
export class Copier {
  /** @param {WebAssembly.Memory} memory */
  constructor(memory) {
    this.memory = memory;
    /** The function of copy.wat. */
    this.copy = instantiate(memory);
    /** The longest text that `copy` takes; less than any in a browser without it. */
    this.longest = this.copy ? MAX_UNITS : -1;
    /** How many characters should be written together at most. */
    this.most = MAX_JOINED;
  }

  /**
   * Writes the texts from `start` up to `end` with a separator between them. Gives the number of bytes, or -1 when
   * they do not fit; `into` then holds the beginning if there is one text.
   *
   * @param {string[]} texts
   * @param {number} start
   * @param {number} end
   * @param {Uint8Array} into part of the memory
   */
  write(texts, start, end, into) {
    return encode(end - start > 1 ? texts.slice(start, end).join(SEPARATOR) : texts[start], into);
  }
}

function encode(text, into) {
  const { read, written } = encoder.encodeInto(text, into);
  return read === text.length ? written : -1;
}

/** The function of copy.wat, or undefined in a browser that lacks the builtins. */
function instantiate(memory) {
  const bytes = Uint8Array.from(atob(ASSEMBLED), (char) => char.charCodeAt(0));
  const options = { builtins: ['js-string'] };
  // Not valid in a browser without arrays in WebAssembly.
  if (!WebAssembly.validate(bytes, options)) {
    return undefined;
  }
  const module = new WebAssembly.Module(bytes, options);
  // What a browser brings along is no import any more.
  const lacking = WebAssembly.Module.imports(module).some((entry) => entry.module === 'wasm:js-string');
  return lacking ? undefined : new WebAssembly.Instance(module, { engine: { memory } }).exports.copy;
}
