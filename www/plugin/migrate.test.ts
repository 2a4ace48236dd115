import { migrateQuery, migrateSettings } from './migrate';
import type { FreshetOptions, StreamQuery } from './types';

describe('queries', () => {
  it('have the selectors of their key under keys', () => {
    const stored = { refId: 'A', mode: 'upsert', key: ['$.site', '$.device'], later: 1 } as unknown as StreamQuery;
    expect(migrateQuery(stored)).toEqual({ refId: 'A', mode: 'upsert', keys: ['$.site', '$.device'], later: 1 });
    expect(stored.key).toEqual(['$.site', '$.device']);
  });

  it('keep keys where both stand', () => {
    const stored = { refId: 'A', key: ['$.old'], keys: ['$.new'] } as unknown as StreamQuery;
    expect(migrateQuery(stored)).toEqual({ refId: 'A', keys: ['$.new'] });
  });

  it.each([
    [{ refId: 'A', key: 'Q-1', keys: ['$.a'] }],
    [{ refId: 'A', format: 'nats', subscribe: 'SUB plant.> 1\r\n' }],
    [{ refId: 'A', bucket: { interval: '1s' } }],
    [{ refId: 'A', capacity: '500', params: { qos: '1' } }],
  ])('of today stay the same: %j', (stored) => {
    expect(migrateQuery(stored as unknown as StreamQuery)).toBe(stored);
  });
});

describe('settings', () => {
  const migrated = (settings: object) => migrateSettings(settings as FreshetOptions);

  it('have conditions on messages by path', () => {
    const stored = {
      handshake: [
        { send: '{"op":"auth"}' },
        {
          expect: [
            { path: '$.op', op: '==', value: 'auth' },
            { path: '$.code', op: '==', value: 0 },
            { path: '$.tries', op: '!=', value: '3' },
          ],
          timeoutMs: 5000,
        },
      ],
      heartbeat: { send: 'ping', intervalMs: 20000 },
      replies: [{ when: [{ path: '$.ping', op: 'exists' }], send: '{"pong":1}' }],
      ignore: [
        { path: '$.result', op: 'exists', value: false },
        { path: '$.id', op: '>', value: '5' },
        { path: '$.size', op: '<', value: 9 },
        { path: '$.text', op: 'contains', value: 'beat' },
        { path: '$.ok', op: '==', value: 'true' },
        { path: '$.error', op: '==' },
      ],
    };
    expect(migrated(stored)).toEqual({
      handshake: [
        { send: '{"op":"auth"}' },
        {
          expect: { '$.op': 'auth', '$.code': { in: [0, '0'] }, '$.tries': { not: { in: ['3', 3] } } },
          timeoutMs: 5000,
        },
      ],
      heartbeat: { send: 'ping', intervalMs: 20000 },
      replies: [{ when: { '$.ping': { exists: true } }, send: '{"pong":1}' }],
      ignore: {
        '$.result': { exists: false },
        '$.id': { above: 5 },
        '$.size': { below: 9 },
        '$.text': { contains: 'beat' },
        '$.ok': { in: ['true', true] },
        '$.error': null,
      },
    });
  });

  it.each([
    [{}],
    [{ handshake: [{ expect: { '$.type': 'hello' } }], replies: [], ignore: [{ '$.a': 1 }, { '$.b': 2 }] }],
    [{ handshake: 'hello', replies: { when: 1 }, ignore: 7, later: true }],
    [{ ignore: [] }],
    // No condition of today says this, so the engine names it.
    [{ ignore: [{ path: '$.a', op: 'matches', value: '^x' }] }],
    [{ handshake: [null], replies: [null], ignore: [null] }],
  ])('of today, and what nobody knows, stay the same: %j', (stored) => {
    expect(migrated(stored)).toEqual(stored);
  });
});
