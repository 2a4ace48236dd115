// Queries that cannot be used: the message names field and value and says what would be right, and nothing else suffers.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { column, openPanel, rowCount } from './panel.mjs';
import { startScript } from './script.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

const VALUE = { path: '$.v' };
const condition = (more) => ({ path: '$.v', op: '==', value: 1, ...more });

/**
 * What is wrong in a query, the field and the value that the message names, and what it says would be right.
 * @type {[object, string, string, RegExp][]}
 */
const REFUSED = [
  [{ fields: [VALUE, { path: '$.a[01]' }] }, 'fields[1].path', '$.a[01]', /leading zeros.*at character 5/],
  [{ fields: [{ path: 'v' }] }, 'fields[0].path', 'v', /must begin with \$.*at character 1/],
  [{ fields: [{ path: '$.a[0,]' }] }, 'fields[0].path', '$.a[0,]', /at character 7/],
  [{ fields: [{ path: '$[?size(@.a) > 1]' }] }, 'fields[0].path', '$[?size(@.a) > 1]', /there is no function size\(\)/],
  [{ fields: [{ path: '$.v', role: 'key' }] }, 'fields[0].role', 'key', /value, time, label or id/],
  [
    { fields: [{ path: '$.v', type: 'float' }] },
    'fields[0].type',
    'float',
    /auto, number, string, boolean, time or json/,
  ],
  [{ fields: [VALUE, { path: '$.t', role: 'time', timeFormat: '%Y' }] }, 'fields[1].timeFormat', '%Y', /complete date/],
  [
    { fields: [VALUE, { path: '$.t', role: 'id' }, { path: '$.u', role: 'id' }] },
    'fields[2].role',
    'id',
    /only one can/,
  ],
  [
    { fields: [VALUE, { path: '$.t', role: 'time', timeZone: 'Mars/Olympus' }] },
    'fields[1].timeZone',
    'Mars/Olympus',
    /IANA name such as Europe\/Berlin/,
  ],
  [{ fields: [{ path: '$.v', pattern: '(' }] }, 'fields[0].pattern', '(', /not a valid regular expression/],
  [{ filter: [condition({ path: '$v' })] }, 'filter[0].path', '$v', /at character 2/],
  [{ filter: [condition(), condition({ op: '=' })] }, 'filter[1].op', '=', /use one of ==, !=, </],
  [
    { filter: [condition({ op: 'matches', value: '(' })] },
    'filter[0].value',
    '(',
    /not a valid regular expression: .*without closing/,
  ],
  [{ filter: [condition({ op: '<', value: undefined })] }, 'filter[0].value', '', /enter a value to compare with/],
  [{ filter: [condition({ op: 'exists', value: 'maybe' })] }, 'filter[0].value', 'maybe', /true, false or nothing/],
  [{ mode: 'replace' }, 'mode', 'replace', /append or upsert/],
  [{ mode: 'upsert', keys: ['$.a', 'b'] }, 'keys[1]', 'b', /must begin with \$/],
  [{ mode: 'upsert', deleteWhen: [condition({ op: 'is' })] }, 'deleteWhen[0].op', 'is', /use one of/],
  [{ mode: 'upsert', expireAfter: '90' }, 'expireAfter', '90', /the unit is missing; use a duration such as 90s/],
  [{ window: '5 minutes' }, 'window', '5 minutes', /minutes is not a unit; use ms, s, m/],
  [{ window: '0s' }, 'window', '0s', /longer than zero/],
  [{ bucket: { interval: '1M', reduce: 'last' } }, 'bucket.interval', '1M', /months.*use days \(d\) or weeks \(w\)/],
  [
    { bucket: { interval: '1m', reduce: 'median' } },
    'bucket.reduce',
    'median',
    /last, first, min, max, mean, sum, count or ohlc/,
  ],
  [
    { mode: 'upsert', bucket: { interval: '1m', reduce: 'last' } },
    'mode',
    'upsert',
    /use mode append, or remove the bucket/,
  ],
  [{ maxSeries: 0 }, 'maxSeries', '0', /from 1 to 10000/],
  [{ maxSeries: 'all' }, 'maxSeries', 'all', /must be a number/],
  [{ capacity: 1.5 }, 'capacity', '1.5', /whole number of rows from 1 to/],
  [{ view: 'graph' }, 'view', 'graph', /timeseries, table or logs/],
  [{ format: 'protobuf' }, 'format', 'protobuf', /auto, json, ndjson, influx, csv/],
  [{ format: 'csv', csv: { separator: ';;' } }, 'csv.separator', ';;', /one/],
  // Of the wrong type, as a provisioning file can make them.
  [{ capacity: true }, 'capacity', 'true', /must be a number/],
  [{ path: 5 }, 'path', '5', /must be text/],
  [{ fields: VALUE }, 'fields', JSON.stringify(VALUE), /must be a list/],
  [{ fields: [VALUE, { path: null }] }, 'fields[1].path', 'null', /must be text/],
  [{ filter: ['$.v > 1'] }, 'filter[0]', '$.v > 1', /must be an object/],
  [{ bucket: { interval: 5, reduce: 'last' } }, 'bucket.interval', '5', /must be text/],
  [{ mode: 'upsert', key: ['$.v', 1] }, 'keys[1]', '1', /must be text/],
  [{ csv: { header: 'yes' } }, 'csv.header', 'yes', /must be true or false/],
];

for (const [wrong, field, value, right] of REFUSED) {
  test(`${field} "${value}" is refused by name, and the query beside it goes on`, async (t) => {
    const { run } = await stage.open(t);
    const script = await startScript(t);
    const good = { format: 'json', fields: [VALUE] };
    const panel = await openPanel(run, script, [
      { refId: 'A', ...good, ...wrong },
      { refId: 'B', ...good },
    ]);
    script.send({ v: 1 });
    const shown = await panel.shows(({ errors, frames }) => errors.length > 0 && rowCount(frames) > 0, 'error and row');
    assert.equal(shown.errors.length, 1);
    const [{ refId, message }] = shown.errors;
    assert.equal(refId, 'A');
    assert.ok(message.startsWith(`${field} is "${value}": `), message);
    assert.match(message, right);
    assert.deepEqual(shown.states, ['Error', 'Streaming']);
    assert.deepEqual(
      shown.frames.map(({ refId }) => refId),
      ['B']
    );
    script.send({ v: 2 });
    const later = await panel.showsRows(2);
    assert.deepEqual(column(later.frames[0], 'v'), [1, 2]);
    assert.equal(later.completed, false, 'the refusal does not end the panel');
  });
}
