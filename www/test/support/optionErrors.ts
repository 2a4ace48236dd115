import type { OptionError } from '../../plugin/engine/types';
import type { StreamQuery } from '../../plugin/types';

interface Case {
  query: Partial<StreamQuery>;
  error: OptionError;
}

const NO_PATH = 'a path must begin with $, as in $.data.price (at character 1)';
const HOST =
  "it is appended to the data source's URL and cannot name another host; enter only the part that follows, for example /prices";

const named = <Name extends string>(cases: Record<Name, Case>) => cases;

/** Queries, and what the engine finds wrong with them. The tests of the data source hold this against the real engine. */
export const OPTION_ERRORS = named({
  path: {
    query: { path: 'wss://elsewhere.example/a' },
    error: { option: 'path', value: 'wss://elsewhere.example/a', problem: HOST },
  },
  parse: {
    query: { parse: ['$..a'] },
    error: {
      option: 'parse[0]',
      value: '$..a',
      problem: 'use a path of names, indexes from 0 and *, such as $.payload',
    },
  },
  historyUrl: {
    query: { backfill: { url: 'http://elsewhere.example/a' } },
    error: { option: 'backfill.url', value: 'http://elsewhere.example/a', problem: HOST },
  },
  historyTwice: {
    query: { backfill: { url: '/h', datasource: { uid: 'u' } } },
    error: {
      option: 'backfill.url',
      value: '/h',
      problem: 'the history comes from backfill.datasource already; remove one of the two',
    },
  },
  historyQuery: {
    query: { backfill: { datasource: { uid: 'u' }, query: 'select 1' as never } },
    error: { option: 'backfill.query', value: 'select 1', problem: 'must be an object' },
  },
  keepRows: {
    query: { keepRows: true, bucket: { interval: '1s', reduce: 'mean' } },
    error: {
      option: 'keepRows',
      value: 'true',
      problem:
        'a bucket continues from the values of its rows, which are not kept; remove the bucket, or set this to false',
    },
  },
  separator: {
    query: { format: 'csv', csv: { separator: '::' } },
    error: { option: 'csv.separator', value: '::', problem: 'must be one character, or \\t for a tab' },
  },
  fieldPath: {
    query: { fields: [{ path: '' }, { path: 'data.p' }] },
    error: { option: 'fields[1].path', value: 'data.p', problem: NO_PATH },
  },
  variableField: {
    query: { fields: [{ path: 'device' }] },
    error: { option: 'fields[0].path', value: 'device', problem: NO_PATH },
  },
  role: {
    query: {
      fields: [
        { path: '$.t', role: 'id' },
        { path: '$.u', role: 'id' },
      ],
    },
    error: {
      option: 'fields[1].role',
      value: 'id',
      problem: 'another field already has the role id; only one can',
    },
  },
  timeZone: {
    query: { fields: [{ path: '$.t', role: 'time', timeZone: 'CEST' }] },
    error: {
      option: 'fields[0].timeZone',
      value: 'CEST',
      problem:
        "there is no time zone of that name; use an IANA name such as Europe/Berlin, an offset such as +02:00, UTC, or browser for the zone of the viewer's browser",
    },
  },
  pattern: {
    query: { fields: [{ path: '$.t', pattern: '(a' }] },
    error: {
      option: 'fields[0].pattern',
      value: '(a',
      problem:
        "not a valid regular expression: found open group without closing ')'; the value is what its first group matches, as 47.9 in ([\\d.]+) °C",
    },
  },
  timeFormat: {
    query: { fields: [{ path: '$.t', role: 'label', timeFormat: 'DD.MM.YYYY' }] },
    error: {
      option: 'fields[0].timeFormat',
      value: 'DD.MM.YYYY',
      problem: 'use auto, s, ms, us, ns, iso8601, rfc2822 or a strftime pattern such as %Y-%m-%d %H:%M:%S',
    },
  },
  conditionPath: {
    query: { filter: [{ path: 'type', op: '==' }] },
    error: { option: 'filter[0].path', value: 'type', problem: NO_PATH },
  },
  conditionValue: {
    query: { filter: [{ path: '$.a', op: 'matches', value: '(a' }] },
    error: {
      option: 'filter[0].value',
      value: '(a',
      problem: "not a valid regular expression: found open group without closing ')'",
    },
  },
  operator: {
    query: { filter: [{ path: '$.a', op: '~' as never, value: 1 }] },
    error: {
      option: 'filter[0].op',
      value: '~',
      problem: 'use one of ==, !=, <, <=, >, >=, exists, contains, matches, !matches',
    },
  },
  key: {
    query: { mode: 'upsert', keys: ['device'] },
    error: { option: 'keys[0]', value: 'device', problem: NO_PATH },
  },
  mode: {
    query: { mode: 'upsert', bucket: { interval: '1s', reduce: 'last' } },
    error: {
      option: 'mode',
      value: 'upsert',
      problem: 'a bucket already makes one row per interval; use mode append, or remove the bucket',
    },
  },
  expireAfter: {
    query: { mode: 'upsert', expireAfter: 'soon' },
    error: { option: 'expireAfter', value: 'soon', problem: 'use a duration such as 90s or 5m' },
  },
  interval: {
    query: { bucket: { interval: '5', reduce: 'last' } },
    error: {
      option: 'bucket.interval',
      value: '5',
      problem: 'the unit is missing; use a duration such as 90s or 5m',
    },
  },
  noInterval: {
    query: { bucket: { interval: '0s', reduce: 'last' } },
    error: {
      option: 'bucket.interval',
      value: '0s',
      problem: 'must be longer than zero and finite; use a duration such as 90s or 5m',
    },
  },
  reduce: {
    query: { bucket: { interval: '1s', reduce: 'median' as never } },
    error: {
      option: 'bucket.reduce',
      value: 'median',
      problem: 'use last, first, min, max, mean, sum, count or ohlc',
    },
  },
  window: {
    query: { window: '5 minutes' },
    error: {
      option: 'window',
      value: '5 minutes',
      problem: 'minutes is not a unit; use ms, s, m (minutes), h, d or w',
    },
  },
});
