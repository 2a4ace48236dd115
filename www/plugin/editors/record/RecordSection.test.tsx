import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';

import type { RecordingProgress } from '../../engine/types';
import type { StreamQuery } from '../../types';
import type { Recorder } from './Record';
import { RecordSection, type RecordingSource } from './RecordSection';

const QUERY = { refId: 'A', path: '/live' } as StreamQuery;

interface Recording {
  tell: (progress: RecordingProgress) => void;
  signal: AbortSignal;
  finish: (file: string) => void;
  fail: (reason: Error) => void;
}

const clicked = jest.spyOn(HTMLAnchorElement.prototype, 'click');
let saved: Array<{ name: string; blob: Blob }>;

beforeEach(() => {
  saved = [];
  const made: Blob[] = [];
  URL.createObjectURL = (blob) => `blob:${made.push(blob as Blob) - 1}`;
  URL.revokeObjectURL = () => undefined;
  clicked.mockImplementation(function (this: HTMLAnchorElement) {
    saved.push({ name: this.download, blob: made[Number(this.href.slice('blob:'.length))] });
  });
});

async function open() {
  const begun: Recording[] = [];
  const record = jest.fn((_query: StreamQuery, _vars: object, ...[tell, signal]: Parameters<Recorder>) => {
    return new Promise<string>((finish, fail) => begun.push({ tell, signal, finish, fail }));
  });
  const user = userEvent.setup();
  const datasource: RecordingSource = {
    name: 'My plant/1',
    record,
    replay: async () => undefined,
    replayed: async () => undefined,
    stopReplay: async () => undefined,
  };
  const page = render(
    <RecordSection
      datasource={datasource}
      query={QUERY}
      scopedVars={{}}
      onChange={() => undefined}
      onRunQuery={() => undefined}
    />
  );
  await user.click(screen.getByRole('button', { name: 'Recording' }));
  await user.click(await screen.findByRole('button', { name: 'Record' }));
  expect(record.mock.calls[0].slice(0, 2)).toEqual([QUERY, {}]);
  return { user, page, recording: begun[0] };
}

it('records until it is stopped, and hands over the file', async () => {
  const { user, recording } = await open();
  act(() => recording.tell({ messages: 3, bytes: 5000, full: false }));
  expect(screen.getByText('Recording: 3 messages, 5 KiB')).toBeInTheDocument();
  expect(recording.signal.aborted).toBe(false);
  await user.click(screen.getByRole('button', { name: 'Stop and download' }));
  expect(recording.signal.aborted).toBe(true);
  await act(async () => recording.finish('{}\n'));
  expect(saved.map(({ name, blob }) => [name, blob.size])).toEqual([['My-plant-1-A.ndjson', 3]]);
  expect(screen.getByRole('button', { name: 'Record' })).toBeInTheDocument();
});

it('says when it is full', async () => {
  const { recording } = await open();
  act(() => recording.tell({ messages: 1, bytes: 1, full: true }));
  await act(async () => recording.finish('{}\n'));
  expect(saved).toHaveLength(1);
  expect(screen.getByText(/The recording is full and has ended/)).toBeInTheDocument();
});

it('says why nothing was recorded', async () => {
  const { recording } = await open();
  await act(async () => recording.fail(new Error('path: no address')));
  expect(screen.getByText('Nothing was recorded. path: no address')).toBeInTheDocument();
  expect(saved).toHaveLength(0);
});

it('ends without a file when the editor is closed', async () => {
  const { page, recording } = await open();
  page.unmount();
  expect(recording.signal.aborted).toBe(true);
  await act(async () => recording.finish('{}\n'));
  await waitFor(() => expect(saved).toHaveLength(0));
});
