import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';

import type { FeedMessage, FeedPlace, FeedView, Preview, Suggestion } from '../../engine/types';
import type { StreamQuery } from '../../types';
import { FeedSection } from './FeedSection';

const place = (part: Partial<FeedPlace> & Pick<FeedPlace, 'path'>): FeedPlace => ({
  name: 'value',
  kind: 'number',
  role: 'value',
  seen: 2,
  distinct: 2,
  values: ['1', '2'],
  ...part,
});

const message = (part: Partial<FeedMessage>): FeedMessage => ({
  sequence: 1,
  at: Date.UTC(2026, 0, 1),
  size: 20,
  binary: false,
  kind: 1,
  raw: '',
  documents: [],
  ...part,
});

const TEXT = '{"time":1767225600000,"temp":20.50,"id":12345678901234567890,"list":[1,2],"map":{"a b":{"v":3}}}';

const VIEW: FeedView = {
  state: 'open',
  reason: '',
  rate: 2.5,
  bytesPerSecond: 2048,
  total: 7,
  messages: [
    message({ raw: TEXT, documents: [TEXT] }),
    message({ sequence: 2, kind: 2, raw: 'pong', documents: [], problem: 'no JSON' }),
  ],
  kinds: [
    { id: 1, title: 'time, temp', count: 1 },
    { id: 2, title: 'unreadable', count: 1 },
  ],
  places: [
    place({ path: '$.time', kind: 'time', role: 'time', timeFormat: 'ms' }),
    place({ path: '$.temp', unit: 'celsius', values: ['20.1', '20.5'] }),
    place({ path: '$.id' }),
    place({ path: '$.list[0]', each: '$.list[*]' }),
    place({ path: "$.map['a b'].v", each: '$.map.*.v', names: '$.map.*~' }),
  ],
  unmet: [],
};

const SUGGESTION: Suggestion = {
  query: { mode: 'upsert', fields: [{ path: '$.temp' }] },
  reasons: [{ option: 'mode', text: '`device` comes again.' }],
};

const PREVIEW: Preview = {
  columns: [{ name: 'temp', kind: 'number' }],
  rows: [
    { state: 'shown', values: ['20.5'] },
    { state: 'unreadable', values: [], text: 'not JSON' },
  ],
  counts: { shown: 1, filtered: 0, late: 0, repeated: 0, unreadable: 1 },
};

async function open(view: FeedView = VIEW, query: Partial<StreamQuery> = {}, suggestion = SUGGESTION) {
  const stored: StreamQuery[] = [];
  const look = jest.fn(async () => view);
  const source = { look, suggest: async () => suggestion, preview: async () => PREVIEW };
  function Editor() {
    const [edited, setEdited] = useState<StreamQuery>({ refId: 'A', ...query });
    const change = (next: StreamQuery) => {
      stored.push(next);
      setEdited(next);
    };
    return <FeedSection datasource={source} query={edited} scopedVars={undefined} onChange={change} />;
  }
  const user = userEvent.setup();
  const page = render(<Editor />);
  expect(look).not.toHaveBeenCalled();
  await user.click(screen.getByRole('button', { name: 'See the feed' }));
  await screen.findByText(view.state === 'none' ? view.reason || /Nothing reads/ : /messages\/s/);
  return { user, stored, look, page, last: () => stored[stored.length - 1].fields };
}

/** Both messages open, so that every value is in sight. */
async function opened(user: ReturnType<typeof userEvent.setup>) {
  await user.click(screen.getAllByRole('button', { name: /00:00:00.000 · 20 bytes/ })[1]);
}

it('shows how a feed goes and its newest messages, without losing digits', async () => {
  const { user } = await open();
  expect(screen.getByText('open · 2.5 messages/s · 2.0 KiB/s · 7 in all')).toBeInTheDocument();
  expect(screen.getByText('Cannot be read: no JSON')).toBeInTheDocument();
  await opened(user);
  expect(screen.getByRole('button', { name: 'temp: 20.50' })).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'id: 12345678901234567890' })).toBeInTheDocument();
  expect(screen.getAllByLabelText('As it came').map(({ textContent }) => textContent)).toContain(TEXT);
});

it('says what to do while nothing reads the feed', async () => {
  await open({ ...VIEW, state: 'none', messages: [], places: [], kinds: [] });
  expect(screen.getByText(/Run the query, and its messages appear here/)).toBeInTheDocument();
});

it('says what has to be filled in before anything can read it', async () => {
  await open({ ...VIEW, state: 'none', reason: 'Fill in Topic first.', messages: [], places: [], kinds: [] });
  expect(screen.queryByText(/Run the query/)).not.toBeInTheDocument();
});

it('says why nothing comes', async () => {
  const reason = 'The server refused the subscription: no such topic';
  await open({ ...VIEW, reason, total: 0, messages: [], places: [], kinds: [] });
  expect(screen.getByText(reason)).toBeInTheDocument();
  expect(screen.queryByText(/No message has arrived yet/)).not.toBeInTheDocument();
});

it('makes a field of a value, and takes it out again', async () => {
  const { user, last } = await open();
  await opened(user);
  await user.click(screen.getByRole('button', { name: 'temp: 20.50' }));
  expect(last()).toEqual([{ path: '$.temp', type: 'number', unit: 'celsius' }]);
  await user.click(screen.getByRole('button', { name: 'time: 1767225600000' }));
  expect(last()?.[1]).toEqual({ path: '$.time', role: 'time', timeFormat: 'ms' });
  expect(screen.getByRole('button', { name: 'temp: 20.50', pressed: true })).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'temp: 20.50' }));
  expect(last()?.map(({ path }) => path)).toEqual(['$.time']);
});

it('asks whether this item or each is meant', async () => {
  const { user, last } = await open();
  await opened(user);
  await user.click(screen.getByRole('button', { name: '1: 2' }));
  await user.click(await screen.findByRole('menuitem', { name: 'This one' }));
  // It has no entry of its own: the second item is known by what is known of each.
  expect(last()).toEqual([{ path: '$.list[1]', type: 'number' }]);
  await waitFor(() => expect(screen.getByRole('button', { name: '1: 2' })).toHaveFocus());
  await user.click(screen.getByRole('button', { name: 'v: 3' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Each, with its name as label' }));
  expect(last()?.slice(1)).toEqual([
    { path: '$.map.*~', role: 'label' },
    { path: '$.map.*.v', type: 'number' },
  ]);
  await user.click(screen.getByRole('button', { name: 'v: 3' }));
  expect(last()?.map(({ path }) => path)).toEqual(['$.list[1]']);
  expect(screen.getByRole('button', { name: 'v: 3' })).toHaveFocus();
});

it('shows the path of what is pointed at, and how it went', async () => {
  const { user } = await open();
  await opened(user);
  await user.hover(screen.getByRole('button', { name: 'temp: 20.50' }));
  expect(screen.getByText('$.temp')).toBeInTheDocument();
  expect(screen.getByText('number, celsius')).toBeInTheDocument();
  expect(screen.getByRole('img', { name: 'The last 2 values, 20.1 to 20.5' })).toBeInTheDocument();
});

it('searches messages', async () => {
  const { user } = await open();
  await user.type(screen.getByLabelText('Search'), 'PONG');
  expect(screen.getAllByRole('group', { name: /^Message of/ })).toHaveLength(1);
  await user.type(screen.getByLabelText('Search'), 'x');
  expect(screen.getByText('No message matches.')).toBeInTheDocument();
});

it('fills the query with why, and takes it back', async () => {
  const { user, stored } = await open(VIEW, { path: '/live', fields: [{ path: '$.old' }] });
  await user.click(screen.getByRole('button', { name: 'Suggest' }));
  expect(stored[0]).toEqual({ refId: 'A', path: '/live', mode: 'upsert', fields: [{ path: '$.temp' }] });
  expect(screen.getByRole('listitem')).toHaveTextContent('device comes again.');
  expect(screen.getByText('device').tagName).toBe('CODE');
  await user.click(screen.getByRole('button', { name: 'Undo' }));
  expect(stored[1]).toEqual({ refId: 'A', path: '/live', fields: [{ path: '$.old' }] });
  expect(screen.getByRole('button', { name: 'Suggest' })).toHaveFocus();
});

it('takes back of a suggestion what nobody has changed since', async () => {
  const { user, stored } = await open(VIEW, { fields: [{ path: '$.old' }], view: 'table' });
  await user.click(screen.getByRole('button', { name: 'Suggest' }));
  await opened(user);
  await user.click(screen.getByRole('button', { name: 'id: 12345678901234567890' }));
  const fields = [{ path: '$.temp' }, { path: '$.id', type: 'number' }];
  expect(stored[1].fields).toEqual(fields);
  await user.click(screen.getByRole('button', { name: 'Undo' }));
  expect(stored[2]).toEqual({ refId: 'A', fields, view: 'table' });
});

it('offers no way back when all of a suggestion was changed', async () => {
  const { user, stored } = await open(VIEW, {}, { query: { fields: [{ path: '$.temp' }] }, reasons: [] });
  await user.click(screen.getByRole('button', { name: 'Suggest' }));
  expect(screen.getByRole('button', { name: 'Undo' })).toBeInTheDocument();
  await opened(user);
  await user.click(screen.getByRole('button', { name: 'temp: 20.50' }));
  expect(stored[1].fields).toEqual([]);
  expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull();
});

it('shows what comes of the messages, and what does not', async () => {
  const { user } = await open();
  await user.click(screen.getByRole('button', { name: 'Preview' }));
  expect(await screen.findByText('1 shown')).toBeInTheDocument();
  expect(screen.getByText('1 unreadable')).toBeInTheDocument();
  expect(screen.queryByText(/late/)).toBeNull();
  const table = within(screen.getByRole('table'));
  expect(table.getAllByRole('row').map(({ textContent }) => textContent)).toEqual([
    'Rowtemp',
    ' unreadablenot JSON',
    ' shown20.5',
  ]);
});

describe('with a clock', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  /** A feed that is looked at, each time with a newer message. */
  async function live() {
    let count = 0;
    const look = jest.fn(async () => {
      count += 1;
      const json = `{"temp":${count}}`;
      return { ...VIEW, messages: [message({ sequence: count, raw: json, documents: [json] })] };
    });
    const source = { look, suggest: async () => SUGGESTION, preview: async () => PREVIEW };
    const user = userEvent.setup({ advanceTimers: jest.advanceTimersByTime });
    render(
      <FeedSection datasource={source} query={{ refId: 'A' }} scopedVars={undefined} onChange={() => undefined} />
    );
    await user.click(screen.getByRole('button', { name: 'See the feed' }));
    await screen.findByText(/messages\/s/);
    const pass = (ms: number) => act(() => jest.advanceTimersByTimeAsync(ms));
    return { user, look, pass, value: () => screen.getByRole('button', { name: /^temp: / }) };
  }

  it('looks again and again until it is paused', async () => {
    const { user, look, pass } = await live();
    const before = look.mock.calls.length;
    await pass(2000);
    expect(look.mock.calls.length).toBeGreaterThanOrEqual(before + 3);
    await user.click(screen.getByRole('button', { name: 'Pause' }));
    const paused = look.mock.calls.length;
    await pass(2000);
    expect(look.mock.calls.length).toBe(paused);
  });

  it('holds the messages while somebody points at them', async () => {
    const { user, look, pass, value } = await live();
    await user.hover(value());
    const held = look.mock.calls.length;
    const text = value().textContent;
    await pass(2000);
    expect(look.mock.calls.length).toBe(held);
    expect(value()).toHaveTextContent(text ?? '');
    expect(screen.getByText(/held while you are at the messages/)).toBeInTheDocument();
    await user.unhover(value());
    await pass(2000);
    expect(look.mock.calls.length).toBeGreaterThan(held + 2);
    expect(screen.queryByText(/held while/)).not.toBeInTheDocument();
  });

  it('holds the messages while the focus is in them, and the focus stays where it is as newer ones come', async () => {
    const { user, look, pass, value } = await live();
    const focused = value();
    await act(() => focused.focus());
    const held = look.mock.calls.length;
    await pass(2000);
    expect(look.mock.calls.length).toBe(held);
    await user.click(screen.getByLabelText('Search'));
    await pass(2000);
    expect(look.mock.calls.length).toBeGreaterThan(held + 2);
    expect(value()).toBe(focused);
  });
});
