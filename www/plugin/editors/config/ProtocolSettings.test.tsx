import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';

import type { SettingsReport } from '../../engine/types';
import type { FreshetOptions } from '../../types';
import { ProtocolSettings } from './ProtocolSettings';

const change = jest.fn<void, [Partial<FreshetOptions>]>();

beforeEach(() => change.mockClear());

/** The section as the page holds it; the engine answers what `report` says. */
function Page({ initial, report }: { initial: FreshetOptions; report: (settings: object) => SettingsReport }) {
  const [settings, setSettings] = useState(initial);
  const [engine] = useState({ ask: async (_: string, given: object) => report(given) });
  const store = (part: Partial<FreshetOptions>) => {
    change(part);
    setSettings({ ...settings, ...part });
  };
  return <ProtocolSettings settings={settings} change={store} disabled={false} engine={engine as never} />;
}

function edit(
  initial: FreshetOptions = {},
  report: (settings: object) => SettingsReport = () => ({ errors: [], params: [] })
) {
  render(<Page initial={initial} report={report} />);
  return userEvent.setup();
}

async function write(user: ReturnType<typeof userEvent.setup>, text: string) {
  const field = screen.getByLabelText('Description');
  await user.clear(field);
  await user.click(field);
  await user.paste(text);
  await user.tab();
}

it('stores the parts of a description, and takes them away again', async () => {
  const user = edit();
  await user.click(screen.getByText('Protocol description'));
  await write(user, '{ "leave": { "bye": true }, "ids": { "type": "string" } }');
  expect(change.mock.lastCall?.[0]).toMatchObject({ leave: { bye: true }, ids: { type: 'string' }, route: undefined });
  await write(user, '{ "ids": { "start": 0 } }');
  expect(change.mock.lastCall?.[0]).toMatchObject({ leave: undefined, ids: { start: 0 } });
  await write(user, ' ');
  expect(change.mock.lastCall?.[0]).toMatchObject({ leave: undefined, ids: undefined });
});

it.each([
  ['{ "leave": ', 'This is no JSON'],
  ['[1]', 'Write a JSON object'],
  ['{ "handshakes": [] }', '"handshakes" is not known here; use framing'],
])('does not store %s', async (text, problem) => {
  const user = edit();
  await user.click(screen.getByText('Protocol description'));
  await write(user, text);
  expect(screen.getByText(problem, { exact: false })).toBeInTheDocument();
  expect(change).not.toHaveBeenCalled();
});

it('shows what is stored, and what the engine finds wrong with it', async () => {
  const problem = 'say how often to send, in milliseconds';
  edit({ heartbeat: { send: 'ping' } }, (settings) => ({
    errors: 'heartbeat' in settings ? [{ option: 'heartbeat.intervalMs', value: '', problem }] : [],
    params: [],
  }));
  expect(screen.getByLabelText('Description')).toHaveValue('{\n  "heartbeat": {\n    "send": "ping"\n  }\n}');
  await waitFor(() =>
    expect(screen.getByText(`heartbeat.intervalMs: ${problem}`, { exact: false })).toBeInTheDocument()
  );
});
