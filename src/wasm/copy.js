// Texts into the engine's memory. How and why is said in copy.wat, which stands here assembled:
// `npm run copy` writes it anew.

const ASSEMBLED =
  'AGFzbQEAAAABEwNedwFgA29jAH8Bf2ADb39/AX8CNQIGZW5naW5lBm1lbW9yeQIAAQ53YXNtOmpzLXN0cmluZxFpbnRvQ2hhckNvZGVBcnJheQABAwIBAgYMAWQAAEGAgAH7BwALBwgBBGNvcHkAAQqzBAGwBAIMfwFkACAAIwAiD0EAEAAhBSABIQgDQCADQQhqIgcgBU0EQCAPIAP7DQAiBCAPIANBAWr7DQAiBnIgDyADQQJq+w0AIgkgDyADQQNq+w0AIgpyciAPIANBBGr7DQAiCyAPIANBBWr7DQAiDHIgDyADQQZq+w0AIg0gDyADQQdq+w0AIg5ycnJBgAFJBEAgASAEIAZBCHRyIAlBEHQgCkEYdHJyNgAAIAEgCyAMQQh0ciANQRB0IA5BGHRycjYABCABQQhqIQEgByEDDAILBSAFIQcLA0AgAyAHSQRAIA8gA/sNACIEQYABSQRAIAEgBDoAACABQQFqIQEgA0EBaiEDDAILIAIgAWsgBSADa0EDbEkEQEF/DwsgA0EBaiEDIARBgBBJBEAgASAEQQZ2QcABcjoAACABIARBP3FBgAFyOgABIAFBAmohAQwCCyAEQYDwA3FBgLADRgRAQQAhBiADIAVJBEAgDyAD+w0AIQYLIAZBgPgDcUGAuANGIARBgLgDSXEEQCADQQFqIQMgASAEQQp0IAZqQYC4/xprIgRBEnZB8AFyOgAAIAEgBEEMdkE/cUGAAXI6AAEgASAEQQZ2QT9xQYABcjoAAiABIARBP3FBgAFyOgADIAFBBGohAQwDC0H9/wMhBAsgASAEQQx2QeABcjoAACABIARBBnZBP3FBgAFyOgABIAEgBEE/cUGAAXI6AAIgAUEDaiEBDAELCyADIAVJDQALIAEgCGsL';

/** The longest text, in code units, that the assembled module takes; as in copy.wat. */
const MAX_UNITS = 1 << 14;
/** Record separator; see SEPARATOR in src/format/mod.rs. */
const SEPARATOR = '\x1e';
const SEPARATOR_BYTE = SEPARATOR.charCodeAt(0);
/** Characters that are joined at most: joining long texts copies more than the calls cost. */
const MAX_JOINED = 1 << 14;
/** Characters that are written together at most, so that they stay in the processor's caches. */
const MAX_WRITTEN = 1 << 16;

const encoder = new TextEncoder();

/** Writes texts as UTF-8 into a memory. */
export class Copier {
  /** @param {WebAssembly.Memory} memory */
  constructor(memory) {
    this.copy = instantiate(memory);
  }

  /** How many characters should be written together at most. */
  get most() {
    return this.copy ? MAX_WRITTEN : MAX_JOINED;
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
    const copy = this.copy;
    if (end - start > 1) {
      return copy ? writeAll(copy, texts, start, end, into) : encode(texts.slice(start, end).join(SEPARATOR), into);
    }
    const text = texts[start];
    const written = copy && text.length <= MAX_UNITS ? write(copy, text, into, 0) : -1;
    return written >= 0 ? written : encode(text, into);
  }
}

function writeAll(copy, texts, start, end, into) {
  let at = 0;
  for (let i = start; i < end; i++) {
    if (i > start) {
      if (at >= into.length) {
        return -1;
      }
      into[at++] = SEPARATOR_BYTE;
    }
    const text = texts[i];
    const written = text.length <= MAX_UNITS ? write(copy, text, into, at) : encode(text, into.subarray(at));
    if (written < 0) {
      return -1;
    }
    at += written;
  }
  return at;
}

/** Writes one text from `at` on; the number of bytes, or -1 when there may not be room for them. */
function write(copy, text, into, at) {
  const begin = into.byteOffset;
  return text.length > into.length - at ? -1 : copy(text, begin + at, begin + into.length);
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
