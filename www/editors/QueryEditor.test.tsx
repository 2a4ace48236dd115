import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';

import type { FreshetDataSource } from '../datasource';
import type { StreamQuery } from '../types';
import { QueryEditor } from './QueryEditor';

const onChange = jest.fn<void, [StreamQuery]>();
const onRunQuery = jest.fn();

beforeEach(() => {
  onChange.mockClear();
  onRunQuery.mockClear();
});

/** The editor as a panel holds it: what it hands on comes back as its query. */
function Panel({ initial }: { initial: Partial<StreamQuery> }) {
  const [query, setQuery] = useState<StreamQuery>({ refId: 'A', ...initial });
  const store = (next: StreamQuery) => {
    onChange(next);
    setQuery(next);
  };
  // The editor reads nothing from its data source.
  const datasource = {} as FreshetDataSource;
  return <QueryEditor datasource={datasource} query={query} onChange={store} onRunQuery={onRunQuery} />;
}

function edit(initial: Partial<StreamQuery> = {}) {
  render(<Panel initial={initial} />);
  return userEvent.setup();
}

const stored = () => onChange.mock.lastCall?.[0];

describe('texts', () => {
  it.each([
    ['Path', 'path', '/sensors?device=1'],
    ['Subscribe', 'subscribe', '{{"op":"sub"}'],
    ['Unsubscribe', 'unsubscribe', '{{"op":"unsub"}'],
    ['History URL', 'backfill', '/history'],
  ])('%s runs the query when it is finished, and not before', async (label, part, typed) => {
    const user = edit();
    await user.type(screen.getByLabelText(label), typed);
    expect(onChange).not.toHaveBeenCalled();
    await user.tab();
    const text = typed.replace('{{', '{');
    expect(stored()).toEqual({ refId: 'A', [part]: part === 'backfill' ? { url: text } : text });
    expect(onRunQuery).toHaveBeenCalledTimes(1);
  });

  it('takes Enter for the end of a line of text', async () => {
    const user = edit();
    await user.type(screen.getByLabelText('Path'), '/a{Enter}');
    expect(stored()?.path).toBe('/a');
    await user.tab();
    expect(onRunQuery).toHaveBeenCalledTimes(1);
  });

  it('takes Ctrl+Enter for the end of a message, and Enter for a new line in it', async () => {
    const user = edit();
    await user.type(screen.getByLabelText('Subscribe'), 'a{Enter}b');
    expect(onChange).not.toHaveBeenCalled();
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(stored()?.subscribe).toBe('a\nb');
  });

  it('stores nothing for an emptied text', async () => {
    const user = edit({ path: '/a' });
    await user.clear(screen.getByLabelText('Path'));
    await user.tab();
    expect(stored()?.path).toBeUndefined();
  });

  it('shows what was changed elsewhere', () => {
    const { rerender } = render(
      <QueryEditor
        datasource={{} as FreshetDataSource}
        query={{ refId: 'A', path: '/a' }}
        onChange={onChange}
        onRunQuery={onRunQuery}
      />
    );
    rerender(
      <QueryEditor
        datasource={{} as FreshetDataSource}
        query={{ refId: 'A', path: '/b' }}
        onChange={onChange}
        onRunQuery={onRunQuery}
      />
    );
    expect(screen.getByLabelText('Path')).toHaveValue('/b');
  });

  it.each([
    ['Path', 'wss://elsewhere.example/a'],
    ['History URL', '//elsewhere.example/a'],
  ])('refuses a host in %s, and keeps what held before', async (label, typed) => {
    const user = edit();
    await user.type(screen.getByLabelText(label), typed);
    await user.tab();
    expect(screen.getByRole('alert')).toHaveTextContent(
      "This is appended to the data source's URL and cannot name a host. Begin with a single slash."
    );
    expect(onChange).not.toHaveBeenCalled();
  });
});

describe('numbers', () => {
  it.each([
    ['Capacity', 'capacity', '5000', 5000],
    ['Updates per second', 'maxRate', '0.5', 0.5],
  ])('%s is stored as a number', async (label, part, typed, value) => {
    const user = edit();
    await user.type(screen.getByLabelText(label), `${typed}{Enter}`);
    expect(stored()).toEqual({ refId: 'A', [part]: value });
  });

  it.each([
    ['Capacity', 'many', '"many" is not a number. Enter one from 1 to 10000000.'],
    ['Capacity', '1.5', '1.5 has a fraction. Enter a whole number from 1 to 10000000.'],
    ['Capacity', '0', '0 is out of bounds. Enter a number from 1 to 10000000.'],
    ['Updates per second', '100', '100 is out of bounds. Enter a number from 0.1 to 16.'],
  ])('%s refuses %s with a message', async (label, typed, message) => {
    const user = edit();
    await user.type(screen.getByLabelText(label), typed);
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
    await user.tab();
    expect(screen.getByRole('alert')).toHaveTextContent(message);
    expect(onChange).not.toHaveBeenCalled();
  });

  it('shows the default while nothing is set', () => {
    edit();
    expect(screen.getByLabelText('Capacity')).toHaveAttribute('placeholder', '1000');
    expect(screen.getByLabelText('Updates per second')).toHaveAttribute('placeholder', '10');
  });
});

describe('format', () => {
  it('offers what the engine reads and stores the choice', async () => {
    const user = edit();
    const formats = within(screen.getByRole('radiogroup', { name: 'Format' }));
    expect(formats.getAllByRole('radio').map((radio) => radio.closest('div')?.textContent)).toEqual(['Auto', 'JSON']);
    await user.click(formats.getByLabelText('JSON'));
    expect(stored()?.format).toBe('json');
    expect(onRunQuery).toHaveBeenCalledTimes(1);
  });
});

describe('fields', () => {
  const field = (position: number) => within(screen.getByRole('group', { name: `Field ${position}` }));

  it('says what happens without any', () => {
    edit();
    expect(screen.getByText(/^None chosen: every value in the messages becomes a field/)).toBeInTheDocument();
  });

  it('adds one and takes its path and name', async () => {
    const user = edit();
    await user.click(screen.getByRole('button', { name: 'Add field' }));
    await user.type(field(1).getByLabelText('Path'), '$.data.p{Enter}');
    await user.type(field(1).getByLabelText('Name'), 'price{Enter}');
    expect(stored()?.fields).toEqual([{ path: '$.data.p', name: 'price' }]);
  });

  it('wants a JSONPath', async () => {
    const user = edit({ fields: [{ path: '' }] });
    await user.type(field(1).getByLabelText('Path'), 'data.p');
    await user.tab();
    expect(screen.getByRole('alert')).toHaveTextContent('A JSONPath begins with $, as in $.data.p.');
    expect(onChange).not.toHaveBeenCalled();
  });

  it('says that a field without a path is left out', async () => {
    const user = edit({ fields: [{ path: '$.a' }] });
    await user.clear(field(1).getByLabelText('Path'));
    await user.tab();
    expect(screen.getByRole('alert')).toHaveTextContent(
      'The path is missing. It is a JSONPath such as $.value; a field without one is left out.'
    );
  });

  it('offers the format of a time for times, and a unit for values', async () => {
    const user = edit({ fields: [{ path: '$.t' }] });
    expect(field(1).getByLabelText('Unit')).toBeInTheDocument();
    expect(field(1).queryByLabelText('Time format')).not.toBeInTheDocument();
    await user.click(within(field(1).getByRole('radiogroup', { name: 'Role' })).getByLabelText('Time'));
    expect(stored()?.fields).toEqual([{ path: '$.t', role: 'time' }]);
    expect(field(1).queryByLabelText('Unit')).not.toBeInTheDocument();
    expect(field(1).queryByLabelText('Type')).not.toBeInTheDocument();
    await user.click(field(1).getByLabelText('Time format'));
    await user.click(await screen.findByRole('option', { name: 'Microseconds' }));
    expect(stored()?.fields).toEqual([{ path: '$.t', role: 'time', timeFormat: 'us' }]);
  });

  it('offers only the time formats that are read', async () => {
    const user = edit({ fields: [{ path: '$.t', role: 'time' }] });
    await user.click(field(1).getByLabelText('Time format'));
    await user.keyboard('%d.%m.%Y{Enter}');
    expect(stored()?.fields?.[0].timeFormat).toBeUndefined();
  });

  it('chooses a type', async () => {
    const user = edit({ fields: [{ path: '$.p' }] });
    await user.click(field(1).getByLabelText('Type'));
    await user.click(await screen.findByRole('option', { name: /Number/ }));
    expect(stored()?.fields).toEqual([{ path: '$.p', type: 'number' }]);
  });

  it('moves one up and removes another, with what stands in them', async () => {
    const user = edit({ fields: [{ path: '$.a' }, { path: '$.b' }, { path: '$.c' }] });
    await user.click(screen.getByRole('button', { name: 'Move field 3 up' }));
    expect(stored()?.fields).toEqual([{ path: '$.a' }, { path: '$.c' }, { path: '$.b' }]);
    expect(field(2).getByLabelText('Path')).toHaveValue('$.c');
    await user.click(screen.getByRole('button', { name: 'Remove field 1' }));
    expect(stored()?.fields).toEqual([{ path: '$.c' }, { path: '$.b' }]);
    expect(field(1).getByLabelText('Path')).toHaveValue('$.c');
  });

  it('stores none when the last one goes', async () => {
    const user = edit({ fields: [{ path: '$.a' }] });
    await user.click(screen.getByRole('button', { name: 'Remove field 1' }));
    expect(stored()).toEqual({ refId: 'A', fields: undefined });
  });
});

describe('history', () => {
  it('asks for format and fields once there is a URL, and drops all with the URL', async () => {
    const user = edit({ backfill: { url: '/history' } });
    const history = within(screen.getByRole('region', { name: 'History' }));
    await user.click(history.getByLabelText('JSON'));
    expect(stored()?.backfill).toEqual({ url: '/history', format: 'json' });
    await user.click(history.getByRole('button', { name: 'Add field' }));
    await user.type(history.getByLabelText('Path'), '$.v{Enter}');
    expect(stored()?.backfill).toEqual({ url: '/history', format: 'json', fields: [{ path: '$.v' }] });
    await user.clear(history.getByLabelText('History URL'));
    await user.tab();
    expect(stored()?.backfill).toBeUndefined();
  });
});

it('explains every control', () => {
  edit({ fields: [{ path: '$.a' }], backfill: { url: '/h' } });
  for (const control of [...screen.getAllByRole('textbox'), ...screen.getAllByRole('combobox')]) {
    const label = document.querySelector(`label[for="${CSS.escape(control.id)}"]`);
    // The icon is what the explanation opens on.
    expect(label?.querySelector('svg')).toBeInTheDocument();
  }
});
