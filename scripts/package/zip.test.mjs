import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { unzip, zip } from './zip.mjs';

const DATE = new Date('2026-03-29T00:30:00Z');
const bytes = (/** @type {string} */ text) => new Uint8Array(Buffer.from(text));
const zone = process.env.TZ;

afterEach(() => {
  process.env.TZ = zone ?? '';
});

test('a zip holds its files, in folders', () => {
  const files = new Map([
    ['plugin/b/c.js', bytes('c'.repeat(1000))],
    ['plugin/a.txt', bytes('a')],
  ]);
  assert.deepEqual(unzip(zip(files, DATE)), new Map([...files].sort()));
});

test('neither the order of the files, nor the time zone, nor the time of day is in it', () => {
  const files = [...'cab'].map((name) => /** @type {[string, Uint8Array]} */ ([name, bytes(name)]));
  const made = ['UTC', 'Pacific/Auckland', 'America/Los_Angeles'].map((name, turn) => {
    process.env.TZ = name;
    return zip(new Map([...files.slice(turn), ...files.slice(0, turn)]), new Date(DATE.getTime() + turn * 1000));
  });
  assert.deepEqual(made[1], made[0]);
  assert.deepEqual(made[2], made[0]);
});

test('everybody may read what is unpacked, and nothing of it runs', () => {
  const archive = Buffer.from(zip(new Map([['a', bytes('a')]]), DATE));
  const directory = archive.indexOf('PK\x01\x02', 0, 'latin1');
  // APPNOTE.txt, section 4.3.12: "version made by", whose high byte is the system, and the external attributes.
  assert.equal(archive[directory + 5], 3);
  assert.equal(archive.readUInt32LE(directory + 38) >>> 16, 0o100644);
});
