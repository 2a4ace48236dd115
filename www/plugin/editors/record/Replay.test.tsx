import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';

import { REPLAY_BYTES } from '../../defaults';
import type { ReplayState } from '../../engine/types';
import type { StreamQuery } from '../../types';
import Replay, { type RecordedFile } from './Replay';

const QUERY = {
  refId: 'A',
  path: '/live',
  queryType: 'feed',
  mode: 'upsert',
  backfill: { url: '/history' },
} as StreamQuery;

const RECORDED = {
  fields: [{ path: '$.v' }],
  path: '/elsewhere',
  subscribe: 'go',
  refId: 'B',
  backfill: { url: 'https://elsewhere/' },
};

const STATE: ReplayState = {
  name: 'plant.ndjson',
  messages: 3,
  total: 40,
  speed: Infinity,
  from: Date.UTC(2026, 0, 1),
  to: Date.UTC(2026, 0, 2),
  query: RECORDED,
};

/** The controls over an engine that plays what it is given, and refuses what is no recording. */
function open(query = QUERY) {
  let on: ReplayState | undefined;
  const begin = jest.fn(async (speed: number, file?: RecordedFile) => {
    if (file?.text === 'nonsense') {
      throw new Error('Line 1 is not valid JSON: see its column 2.');
    }
    on = { ...STATE, name: file?.name ?? on?.name ?? '', speed };
  });
  const stop = jest.fn(async () => void (on = undefined));
  const onChange = jest.fn();
  const onRunQuery = jest.fn();
  const Editor = () => {
    const [own, setOwn] = useState(query);
    onChange.mockImplementation(setOwn);
    return (
      <Replay begin={begin} look={async () => on} stop={stop} query={own} onChange={onChange} onRunQuery={onRunQuery} />
    );
  };
  const user = userEvent.setup();
  render(<Editor />);
  return { user, begin, stop, onChange, onRunQuery };
}

function recording(text: string, name = 'plant.ndjson') {
  const file = new File([text], name);
  // jsdom has no text() of files.
  return Object.assign(file, { text: async () => text });
}

/** Chooses a file by the button, as a browser's dialog hands it over. */
async function chooses(user: ReturnType<typeof userEvent.setup>, file: File) {
  const input = screen.getByLabelText<HTMLInputElement>('Recording');
  const opened = jest.fn();
  input.addEventListener('click', opened);
  screen.getByRole('button', { name: 'Replay a file…' }).focus();
  await user.keyboard('{Enter}');
  expect(opened).toHaveBeenCalledTimes(1);
  await user.upload(input, file);
}

const status = () => screen.getByRole('status');

it('replays a file, says how far it is, and stops', async () => {
  const { user, begin, stop, onRunQuery } = open();
  expect(status()).toBeEmptyDOMElement();
  await chooses(user, recording('{}'));
  expect(begin).toHaveBeenCalledWith(Infinity, { name: 'plant.ndjson', text: '{}' });
  await waitFor(() => expect(status()).toHaveTextContent('Replaying plant.ndjson'));
  expect(screen.getByText(/^3 of 40 messages, recorded from 202/)).toBeInTheDocument();
  expect(onRunQuery).toHaveBeenCalledTimes(1);
  await user.click(screen.getByRole('button', { name: 'Stop replay' }));
  expect(stop).toHaveBeenCalledTimes(1);
  expect(onRunQuery).toHaveBeenCalledTimes(2);
  await waitFor(() => expect(status()).toBeEmptyDOMElement());
  expect(screen.queryByRole('button', { name: 'Stop replay' })).not.toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Replay a file…' })).toHaveFocus();
});

it('begins again at another speed, and keeps that for the next file', async () => {
  const { user, begin, onRunQuery } = open();
  await user.click(screen.getByRole('radio', { name: 'As recorded' }));
  expect(begin).not.toHaveBeenCalled();
  await chooses(user, recording('{}'));
  expect(begin).toHaveBeenLastCalledWith(1, expect.anything());
  await screen.findByRole('button', { name: 'Stop replay' });
  await user.click(screen.getByRole('radio', { name: '10 times as fast' }));
  expect(begin).toHaveBeenLastCalledWith(10);
  expect(onRunQuery).toHaveBeenCalledTimes(2);
  await waitFor(() => expect(screen.getByRole('radio', { name: '10 times as fast' })).toBeChecked());
});

it('says why a file is not replayed, and can be given the same again', async () => {
  const { user, begin, onRunQuery } = open();
  await chooses(user, recording('nonsense'));
  expect(
    await screen.findByText('Nothing is replayed. Line 1 is not valid JSON: see its column 2.')
  ).toBeInTheDocument();
  expect(onRunQuery).not.toHaveBeenCalled();
  await chooses(user, recording('{}'));
  await waitFor(() => expect(status()).toHaveTextContent('Replaying plant.ndjson'));
  expect(screen.queryByText(/Nothing is replayed/)).not.toBeInTheDocument();
  expect(begin).toHaveBeenCalledTimes(2);
});

it('reads no file that is too large', async () => {
  const { user, begin } = open();
  const file = recording('{}', 'disk.json');
  Object.defineProperty(file, 'size', { value: REPLAY_BYTES + 1 });
  await chooses(user, file);
  expect(
    await screen.findByText('Nothing is replayed. disk.json has 129 MiB, and a recording at most 128 MiB.')
  ).toBeInTheDocument();
  expect(begin).not.toHaveBeenCalled();
});

it('takes the query of the recording, nothing that leads to a server, and takes it back', async () => {
  const { user, onChange } = open();
  await chooses(user, recording('{}'));
  await user.click(await screen.findByRole('button', { name: 'Use the query of the recording' }));
  const taken = {
    refId: 'A',
    path: '/live',
    queryType: 'feed',
    backfill: { url: '/history' },
    fields: [{ path: '$.v' }],
  };
  expect(onChange).toHaveBeenLastCalledWith(taken);
  expect(screen.getByText('The query was replaced by the one of the recording.')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Undo' }));
  expect(onChange).toHaveBeenLastCalledWith(QUERY);
  expect(await screen.findByRole('button', { name: 'Use the query of the recording' })).toBeInTheDocument();
});

it('offers no query that is there already', async () => {
  const { user } = open({ refId: 'A', path: '/live', fields: [{ path: '$.v' }] } as StreamQuery);
  await chooses(user, recording('{}'));
  await screen.findByRole('button', { name: 'Stop replay' });
  expect(screen.queryByRole('button', { name: 'Use the query of the recording' })).not.toBeInTheDocument();
});

it('shows a replay that is on when the editor is opened', async () => {
  jest.useFakeTimers();
  try {
    let messages = 1;
    render(
      <Replay
        begin={async () => undefined}
        look={async () => ({ ...STATE, messages, speed: 1 })}
        stop={async () => undefined}
        query={QUERY}
        onChange={() => undefined}
        onRunQuery={() => undefined}
      />
    );
    await act(async () => undefined);
    expect(screen.getByText(/^1 of 40 messages/)).toBeInTheDocument();
    messages = 2;
    await act(() => jest.advanceTimersByTimeAsync(1000));
    expect(screen.getByText(/^2 of 40 messages/)).toBeInTheDocument();
  } finally {
    jest.useRealTimers();
  }
});
