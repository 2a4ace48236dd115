// What a screen reader is told of the editors, with everything open; www/test/e2e/accessibility.test.mjs draws them too.
import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';

import { violationsIn } from '../../test/support/axe';
import { edit } from '../../test/support/queryPanel';
import { ConfigEditor } from './config/ConfigEditor';
import type { FreshetOptions } from '../types';

/** What is wrong once everything has come to rest. */
async function found(): Promise<string[]> {
  let violations: string[] = [];
  await act(async () => {
    violations = await violationsIn(document.body);
  });
  return violations;
}

/** Opens all that folds. */
async function unfold(user: ReturnType<typeof userEvent.setup>) {
  for (const button of screen.queryAllByRole('button', { expanded: false })) {
    if (button.tagName === 'BUTTON') {
      await user.click(button);
    }
  }
}

const EVERYTHING: Parameters<typeof edit>[0] = {
  path: '/a',
  subscribe: '{}',
  unsubscribe: '{}',
  parse: ['$.payload'],
  fields: [
    { path: '$.t', role: 'time' },
    { path: '$.d', role: 'label' },
    { path: '$.v', type: 'number', unit: 'celsius' },
  ],
  filter: [{ path: '$.a', op: '==', value: 1 }],
  mode: 'upsert',
  keys: ['$.d'],
  deleteWhen: [{ path: '$.gone', op: 'exists' }],
  clearWhen: [{ path: '$.all', op: 'exists', value: false }],
  backfill: { url: '/h', fields: [{ path: '$.v' }] },
};

it.each([
  ['nothing', {}],
  ['everything', EVERYTHING],
  ['a bucket, and CSV', { format: 'csv', bucket: { interval: '1s' }, csv: { separator: ';' } }],
] as Array<[string, Parameters<typeof edit>[0]]>)(
  'the query editor has no violation with %s set',
  async (_, query) => {
    const user = edit(query);
    await unfold(user);
    expect(await found()).toEqual([]);
  },
  30_000
);

it('the query editor has none with a preset either', async () => {
  await unfold(edit({ params: { topic: 'a/#' } }, 'websocket', 'mqtt'));
  expect(await found()).toEqual([]);
}, 30_000);

it.each([
  ['nothing', {}],
  ['a preset and a token', { preset: 'mqtt', token: { from: 'proxy', method: 'POST' }, query: { a: '1' } }],
  ['a protocol', { handshake: [{ send: 'hi' }], token: { from: 'viewer' } }],
] as Array<[string, FreshetOptions]>)(
  'the config editor has no violation with %s set',
  async (_, jsonData) => {
    const options = { uid: 'u', url: 'ws://feed', access: 'direct', jsonData } as never;
    render(<ConfigEditor options={options} onOptionsChange={() => undefined} />);
    await unfold(userEvent.setup());
    expect(await found()).toEqual([]);
  },
  30_000
);
