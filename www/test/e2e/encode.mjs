// The least that the tests need of the binary formats: flat objects of numbers and texts.

/**
 * A flat object as MessagePack (github.com/msgpack/msgpack, spec.md): fixmap, float 64, uint 64, str 8.
 * @param {Record<string, unknown>} row
 */
export function msgpack(row) {
  const text = (/** @type {string} */ value) => lead([0xd9, Buffer.byteLength(value)], Buffer.from(value));
  const number = (/** @type {number} */ value) =>
    Number.isSafeInteger(value) && value >= 0 ? lead([0xcf], uint64(value)) : lead([0xcb], float64(value));
  return lead([0x80 + Object.keys(row).length], ...cells(row, text, number));
}

/**
 * A flat object as CBOR (RFC 8949, section 3): map, text strings of up to 255 bytes, unsigned integers, floats.
 * @param {Record<string, unknown>} row
 */
export function cbor(row) {
  const text = (/** @type {string} */ value) => lead([0x78, Buffer.byteLength(value)], Buffer.from(value));
  const number = (/** @type {number} */ value) =>
    Number.isSafeInteger(value) && value >= 0 ? lead([0x1b], uint64(value)) : lead([0xfb], float64(value));
  return lead([0xa0 + Object.keys(row).length], ...cells(row, text, number));
}

/**
 * @param {Record<string, unknown>} row
 * @param {(value: string) => Buffer} text
 * @param {(value: number) => Buffer} number
 */
function cells(row, text, number) {
  return Object.entries(row).flatMap(([key, value]) => [
    text(key),
    typeof value === 'number' ? number(value) : text(String(value)),
  ]);
}

/** @param {number[]} head @param {Buffer[]} rest */
const lead = (head, ...rest) => Buffer.concat([Buffer.from(head), ...rest]);

/** @param {number} value */
function uint64(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

/** @param {number} value */
function float64(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes;
}
