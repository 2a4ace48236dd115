import { render, screen, waitFor, within } from '@testing-library/react';
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
  ['{ "leave": ', 'This is not valid JSON'],
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

describe('the handshake', () => {
  const step = async (position: number) => within(await screen.findByRole('group', { name: `Step ${position}` }));

  it('is a list of steps, which keep what is not shown', async () => {
    const user = edit({ handshake: [{ send: 'hello', bind: { a: '$.a' } }] });
    const first = await step(1);
    expect(first.getByLabelText('Send')).toHaveValue('hello');
    expect(first.getByText(/This step also has bind/)).toBeInTheDocument();
    await user.click(first.getByLabelText('Expect'));
    await user.paste('{ "$.type": "ok" }');
    await user.tab();
    await user.type(first.getByLabelText('Time-out (ms)'), '500{Enter}');
    await user.click(screen.getByRole('button', { name: 'Add step' }));
    await user.clear((await step(2)).getByLabelText('Send'));
    await user.tab();
    expect(change.mock.lastCall?.[0]).toEqual({
      handshake: [{ send: 'hello', bind: { a: '$.a' }, expect: { '$.type': 'ok' }, timeoutMs: 500 }],
    });
    await user.click(screen.getByRole('button', { name: 'Remove step 2' }));
    await user.click(screen.getByRole('button', { name: 'Remove step 1' }));
    expect(change.mock.lastCall?.[0]).toEqual({ handshake: undefined });
  });

  it('is checked while it is written, before it is stored', async () => {
    const problem = 'a path must begin with $';
    const user = edit({ handshake: [{ send: 'a' }, { send: 'b' }] }, (settings) => {
      const expected = (settings as FreshetOptions).handshake?.[1]?.expect;
      const isWrong = expected !== undefined && !Object.keys(expected)[0].startsWith('$');
      return { errors: isWrong ? [{ option: 'handshake[1].expect', value: 'x', problem }] : [], params: [] };
    });
    const second = await step(2);
    await user.click(second.getByLabelText('Expect'));
    await user.paste('{ "type": "ok" }');
    expect(await second.findByRole('alert')).toHaveTextContent(`Step 2: "x": ${problem}`);
    expect(screen.getByLabelText('Description')).toBeValid();
    expect((await step(1)).queryByRole('alert')).not.toBeInTheDocument();
    expect(change).not.toHaveBeenCalled();
    await user.clear(second.getByLabelText('Expect'));
    await user.paste('{ "$.type": "ok" }');
    await waitFor(() => expect(second.queryByRole('alert')).not.toBeInTheDocument());
  });

  it('holds a step back until something is written in it', async () => {
    const user = edit();
    await user.click(screen.getByText('Protocol description'));
    await user.click(await screen.findByRole('button', { name: 'Add step' }));
    expect(change).not.toHaveBeenCalled();
    expect((await step(1)).getByLabelText('Send')).toHaveValue('');
    await user.type((await step(1)).getByLabelText('Send'), 'hello');
    await user.tab();
    expect(change.mock.lastCall?.[0]).toEqual({ handshake: [{ send: 'hello' }] });
    await user.click(screen.getByRole('button', { name: 'Add step' }));
    await user.click(screen.getByRole('button', { name: 'Remove step 2' }));
    expect(change).toHaveBeenCalledTimes(1);
  });

  it('is told once what is wrong with a step that is stored', async () => {
    edit({ handshake: [{ expect: { type: 'ok' } }] }, () => ({
      errors: [{ option: 'handshake[0].expect', value: 'type', problem: 'a path must begin with $' }],
      params: [],
    }));
    const alert = await screen.findByText('Step 1: "type": a path must begin with $');
    expect(alert).toBeInTheDocument();
    expect(screen.getAllByText(/a path must begin/)).toHaveLength(1);
    // Below what is wrong, and not at the end of the step.
    const after = screen.getByLabelText('Time-out (ms)').compareDocumentPosition(alert);
    expect(after & Node.DOCUMENT_POSITION_PRECEDING).toBeTruthy();
  });

  it('does not store what is no JSON', async () => {
    const user = edit({ handshake: [{ send: 'a' }] });
    const first = await step(1);
    await user.click(first.getByLabelText('Expect'));
    await user.paste('{ "$.type": ');
    await user.tab();
    expect(first.getByText(/This is not valid JSON: .* Not saved\./)).toBeInTheDocument();
    expect(change).not.toHaveBeenCalled();
  });
});

it('is checked apart from what is wrong elsewhere on the page', async () => {
  const seen: object[] = [];
  edit({ token: { from: 'proxy' }, query: { a: '${x}' }, leave: 'bye', preset: 'loki' }, (settings) => {
    seen.push(settings);
    return { errors: [], params: [] };
  });
  await waitFor(() => expect(seen).toEqual([{ preset: 'loki', token: { from: 'viewer' }, leave: 'bye' }]));
});
