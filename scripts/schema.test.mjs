import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import Ajv from 'ajv';

import { SCHEMA_FILE, schemaText } from './schema.mjs';

test('the schema of queries is what the types say', async () => {
  assert.ok(
    (await readFile(SCHEMA_FILE, 'utf8')) === (await schemaText()),
    'the schema is stale: run npm run generate'
  );
});

test('the schema is one of draft 7, which takes queries, names what is wrong, and lets options of later versions pass', async () => {
  const { default: compiler } = /** @type {{ default: typeof Ajv }} */ (/** @type {unknown} */ (Ajv));
  const validate = new (compiler ?? Ajv)({ strict: false }).compile(JSON.parse(await schemaText()));
  const wrong = (/** @type {unknown} */ query) => (validate(query) ? [] : validate.errors?.map((e) => e.instancePath));
  const query = {
    path: '/a',
    params: { topic: 'x', qos: 1 },
    fields: [{ path: '$.t', role: 'time', timeFormat: '%H:%M', later: 1 }],
    filter: [{ path: '$.a', op: '==', value: 5 }],
    bucket: { interval: '1s' },
    backfill: { datasource: { uid: 'u' }, query: { expr: 'up' } },
    later: { any: 'thing' },
  };
  assert.deepEqual(wrong(query), []);
  assert.deepEqual(wrong({ capacity: 'all' }), ['/capacity']);
  assert.deepEqual(wrong({ fields: [{ path: '$.a', role: 'key' }] }), ['/fields/0/role']);
  assert.deepEqual(wrong({ fields: [{ name: 'a' }] }), ['/fields/0']);
  assert.deepEqual(wrong({ backfill: { fields: [{ path: 1 }] } }), ['/backfill/fields/0/path']);
});
