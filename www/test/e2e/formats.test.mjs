// Every format, as text, as binary and compressed; chosen in the query, and found out by `auto` beside it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

import { cbor, msgpack } from './encode.mjs';
import { column, detected, openPanel, PLAIN_TEXT, rowsOf, stat, warnings } from './panel.mjs';
import { startScript } from './script.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

/** Rows of these very moments: a time of a minute ago would be told in a notice. */
const rowsOfNow = (now = Date.now()) => [
  { t: now, v: 1.5, s: 'a' },
  { t: now + 1, v: -2, s: 'größe 😀' },
  { t: now + 2, v: 1e-7, s: 'c' },
  { t: now + 3, v: 70000, s: 'after' },
];
const ROWS = rowsOfNow();
const PLAIN = ['$.t', '$.v', '$.s'];

const json = (row) => JSON.stringify(row);
const natsOf = (row) => `MSG plant.a 1 ${Buffer.byteLength(json(row))}\r\n${json(row)}\r\n`;
const influxOf = ({ t, v, s }) => `m,host=x v=${v},s="${s}" ${t}`;

/**
 * `greeting` carries no row; `encode` makes the message of some rows, of which the first message has two where the format
 * has room for that; `broken` cannot be read; `says` is how that is told; `found` is the name `auto` gives it in the
 * inspector.
 *
 * @typedef {{ name: string, encode: (rows: typeof ROWS) => string | Buffer, greeting?: string, broken?: string | Buffer,
 *   says?: RegExp, found?: string, paths?: string[], single?: true, binary?: true, isProtocol?: true }} Format
 * @type {Format[]}
 */
const FORMATS = [
  {
    name: 'json',
    found: 'JSON',
    encode: (rows) => json(rows),
    broken: '{"t":1,"v":',
    says: /ends in the middle of a value at byte 11/,
  },
  {
    name: 'ndjson',
    found: 'NDJSON',
    encode: (rows) => `${rows.map(json).join('\n')}\n`,
    broken: '{"t":1]',
    says: /unexpected '\]' at byte 6/,
  },
  {
    name: 'csv',
    greeting: 't,v,s\r\n',
    encode: (rows) => rows.map(({ t, v, s }) => `${t},${v},"${s}"\r\n`).join(''),
    found: "CSV, separated by ',', with a header",
  },
  {
    name: 'influx',
    found: 'InfluxDB line protocol',
    paths: ['$.timestamp', '$.fields.v', '$.fields.s'],
    encode: (rows) => rows.map(influxOf).join('\n'),
    broken: 'no line protocol',
    says: /invalid InfluxDB line protocol: .+ at byte \d+/,
  },
  {
    name: 'logfmt',
    found: 'logfmt',
    encode: (rows) => rows.map(({ t, v, s }) => `t=${t} v=${v} s=${JSON.stringify(s)}`).join('\n'),
    broken: '=no logfmt',
    says: /invalid logfmt: a key is missing at byte 0/,
  },
  {
    name: 'nats',
    isProtocol: true,
    paths: PLAIN.map((path) => path.replace('$', '$.payload')),
    greeting: 'INFO {"server_id":"x"}\r\n',
    encode: (rows) => rows.map(natsOf).join(''),
    broken: 'HELLO you\r\n',
    says: /invalid NATS message: .+ at byte \d+/,
  },
  {
    name: 'socketio',
    isProtocol: true,
    paths: PLAIN.map((path) => path.replace('$', '$[1]')),
    greeting: '0{"sid":"x"}',
    encode: ([row]) => `42["tick",${json(row)}]`,
    single: true,
    broken: '9["tick"]',
    says: /invalid Socket\.IO packet: .+ at byte 0/,
  },
  {
    name: 'msgpack',
    found: 'MessagePack',
    binary: true,
    encode: (rows) => Buffer.concat(rows.map(msgpack)),
    broken: msgpack(ROWS[0]).subarray(0, 9),
    says: /ends in the middle of a value at byte 9/,
  },
  {
    name: 'cbor',
    found: 'CBOR',
    binary: true,
    encode: (rows) => Buffer.concat(rows.map(cbor)),
    broken: cbor(ROWS[0]).subarray(0, 9),
    says: /ends in the middle of a value at byte 9/,
  },
];

/** @type {{ name: string, of: (message: any) => any, compresses?: true, suits: (format: Format) => boolean }[]} */
const TRANSPORTS = [
  { name: 'text', of: (message) => message, suits: ({ binary }) => !binary },
  { name: 'binary', of: (message) => Buffer.from(message), suits: () => true },
  { name: 'gzip', of: (message) => gzipSync(message), compresses: true, suits: () => true },
  { name: 'zlib', of: (message) => deflateSync(message), compresses: true, suits: () => true },
  // Bytes that are no text are an event's attachments in Socket.IO, and bare deflate does not say what it is.
  {
    name: 'deflate',
    of: (message) => deflateRawSync(message),
    compresses: true,
    suits: ({ name }) => name !== 'socketio',
  },
];

const fieldsOf = (paths) => [
  { path: paths[0], name: 't', role: 'time' },
  { path: paths[1], name: 'v' },
  { path: paths[2], name: 's' },
];

/**
 * What is sent before anything goes wrong: four rows of the format less one.
 * @param {Format} format
 * @param {typeof ROWS} rows
 */
function goodMessages({ greeting, encode, single }, [first, second, third]) {
  const messages = single ? [[first], [second], [third]] : [[first, second], [third]];
  return [...(greeting ? [greeting] : []), ...messages.map(encode)];
}

for (const format of FORMATS) {
  for (const transport of TRANSPORTS.filter(({ suits }) => suits(format))) {
    test(`${format.name} as ${transport.name}: the rows, what auto says, and a broken message among them`, async (t) => {
      const { run } = await stage.open(t);
      const script = await startScript(t);
      const fields = fieldsOf(format.paths ?? PLAIN);
      const targets = [
        { refId: 'A', format: format.name, fields },
        { refId: 'B', fields },
      ];
      const panel = await openPanel(run, script, targets);
      // One that speaks the protocol from the beginning, and one that finds out about it.
      const sockets = format.isProtocol ? 2 : 1;
      await script.connected(sockets);
      const sent = rowsOfNow();
      const send = (...messages) => script.send(...messages.map((message) => transport.of(message)));
      send(...goodMessages(format, sent));
      const both = (count) =>
        panel.shows(({ frames }) => frames.map(({ length }) => length).join() === `${count},${count}`, `${count} rows`);
      const shown = await both(3);
      shown.frames.forEach((frame) => assert.deepEqual(rowsOf(frame), sent.slice(0, 3), frame.refId));
      assert.deepEqual(shown.notices, [], 'a panel that is well says nothing');
      const compressed = transport.compresses ? `${transport.name}-compressed ` : '';
      const [chosen, auto] = shown.frames.map(detected);
      assert.deepEqual(chosen, [], 'a chosen format is not found out');
      if (format.found) {
        assert.deepEqual(auto, [`Format detected: ${compressed}${format.found} (messages)`]);
      }
      if (format.broken) {
        send(format.broken, format.encode([sent[3]]));
        const after = await both(4);
        after.frames.forEach((frame) => assert.deepEqual(rowsOf(frame), sent, frame.refId));
        assert.equal(warnings(after).length, 2, JSON.stringify(after.notices));
        warnings(after).forEach((text) => assert.match(text, /^1 message could not be read and added no rows\./));
        warnings(after).forEach((text) => assert.match(text, /** @type {RegExp} */ (format.says)));
        assert.equal(stat(after, 'Malformed messages'), 1);
      }
      assert.equal(script.opened, sockets);
    });
  }
}

for (const binary of [false, true]) {
  test(`plain text as ${binary ? 'binary' : 'text'}: a row for each line`, async (t) => {
    const { run } = await stage.open(t);
    const script = await startScript(t);
    const panel = await openPanel(run, script, [{ refId: 'A', format: 'text' }, { refId: 'B' }]);
    const of = (text) => (binary ? Buffer.from(text) : text);
    script.send(of('valve opened\r\npump: größe'), of(''), of('done'));
    const shown = await panel.shows(({ frames }) => frames.every(({ length }) => length === 3), 'three lines each');
    for (const frame of shown.frames) {
      assert.deepEqual(frame.fields.at(-1)?.values, ['valve opened', 'pump: größe', 'done'], frame.refId);
    }
    assert.deepEqual(
      shown.notices.map(({ text }) => text),
      [PLAIN_TEXT]
    );
  });
}

test('lone numbers and JSON values are rows under auto', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const panel = await openPanel(run, script, {});
  script.send('23.5', '-1', '7e2');
  const { frames } = await panel.showsRows(3);
  assert.deepEqual(frames[0].fields.at(-1)?.values, [23.5, -1, 700]);
});

test('a binary message that is nothing known is told, with a way out, and good ones go on', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const panel = await openPanel(run, script, {});
  script.send(Buffer.from([0xc1, 0xff, 0x00, 0xfe]), json(ROWS[0]));
  const shown = await panel.showsRows(1);
  assert.match(warnings(shown)[0], /neither text, MessagePack nor CBOR/);
  assert.match(warnings(shown)[0], /choose its format in the query/);
});

test('a compressed message that is cut off or damaged is told as that, and good ones go on', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const panel = await openPanel(run, script, { format: 'json', fields: fieldsOf(PLAIN) });
  const whole = gzipSync(json(ROWS[0]));
  const damaged = Buffer.from(whole);
  damaged[damaged.length - 6] ^= 0xff;
  script.send(whole, whole.subarray(0, -10));
  const cut = await panel.shows((shown) => warnings(shown).length > 0, 'a notice');
  assert.match(warnings(cut)[0], /truncated compressed data/);
  script.send(damaged, gzipSync(json(ROWS[1])));
  const shown = await panel.showsRows(2);
  assert.match(warnings(shown)[0], /^2 messages could not be read.*damaged compressed data/);
  assert.deepEqual(column(shown.frames[0], 'v'), [1.5, -2]);
});

test('a small message that decompresses beyond maxMessageBytes is refused, and good ones go on', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const settings = { maxMessageBytes: 100_000 };
  const panel = await openPanel(run, script, { format: 'json', fields: fieldsOf(PLAIN) }, { settings });
  const bomb = gzipSync(json({ ...ROWS[0], s: ' '.repeat(20_000_000) }));
  assert.ok(bomb.length < 100_000);
  script.send(bomb, gzipSync(json(ROWS[1])));
  const shown = await panel.showsRows(1);
  assert.match(warnings(shown)[0], /larger than maxMessageBytes at byte 100000/);
  assert.deepEqual(column(shown.frames[0], 'v'), [-2]);
});

test('messages that nest too deep are refused in every format that nests', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const targets = ['json', 'msgpack', 'cbor'].map((format) => ({ refId: format, format, fields: fieldsOf(PLAIN) }));
  const panel = await openPanel(run, script, targets);
  const deep = 100_000;
  script.send(
    '['.repeat(deep),
    Buffer.alloc(deep, 0x91),
    Buffer.alloc(deep, 0x81),
    json(ROWS[0]),
    msgpack(ROWS[0]),
    cbor(ROWS[0])
  );
  const shown = await panel.shows(({ frames }) => frames.every(({ length }) => length >= 1), 'a row in each format');
  for (const { refId, meta } of shown.frames) {
    assert.ok(meta.notices?.length, `${refId} says nothing`);
  }
});
