import type { PanelData } from '@grafana/data';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';

import { OPTION_ERRORS } from '../../../test/support/optionErrors';
import {
  check,
  choose,
  datasource,
  edit,
  onChange,
  onRunQuery,
  refuse,
  stored,
} from '../../../test/support/queryPanel';
import { QueryEditor } from './QueryEditor';

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
        datasource={datasource}
        query={{ refId: 'A', path: '/a' }}
        onChange={onChange}
        onRunQuery={onRunQuery}
      />
    );
    rerender(
      <QueryEditor
        datasource={datasource}
        query={{ refId: 'A', path: '/b' }}
        onChange={onChange}
        onRunQuery={onRunQuery}
      />
    );
    expect(screen.getByLabelText('Path')).toHaveValue('/b');
  });

  it.each([
    ['Path', OPTION_ERRORS.path],
    ['History URL', OPTION_ERRORS.historyUrl],
  ])('shows that the engine refuses a host in %s', async (label, wrong) => {
    const problem = refuse(wrong);
    const user = edit();
    await user.type(screen.getByLabelText(label), wrong.error.value);
    await user.tab();
    expect(await screen.findByRole('alert')).toHaveTextContent(problem);
  });
});

describe('a data source that speaks a protocol', () => {
  it('asks for what its protocol wants to know, and for no messages', async () => {
    const user = edit({}, undefined, 'nats');
    expect(screen.queryByLabelText('Subscribe')).not.toBeInTheDocument();
    await user.type(screen.getByLabelText('Subject', { exact: false }), 'plant.>{Enter}');
    expect(stored()).toEqual({ refId: 'A', params: { subject: 'plant.>' } });
    await user.type(screen.getByLabelText('Queue group'), 'q{Enter}');
    expect(stored()?.params).toEqual({ subject: 'plant.>', queue: 'q' });
    await user.clear(screen.getByLabelText('Queue group'));
    await user.clear(screen.getByLabelText('Subject', { exact: false }));
    await user.tab();
    expect(stored()?.params).toBeUndefined();
  });

  it('says beside a field what is missing there, and in it what is so without it', async () => {
    const problem = 'Signal K path is missing, for example navigation.*';
    check.mockResolvedValue([{ option: 'params.path', value: '', problem }]);
    const user = edit({}, undefined, 'signalk');
    const field = screen.getByLabelText('Signal K path', { exact: false });
    expect(await screen.findByText(problem)).toBeInTheDocument();
    expect(field).toBeInvalid();
    expect(field).toHaveAttribute('placeholder', 'needed, such as navigation.*');
    expect(screen.getByLabelText('Context')).toHaveAttribute('placeholder', 'vessels.self');
    await user.type(field, 'n');
    expect(screen.queryByText(problem)).not.toBeInTheDocument();
  });

  it('shows what is no text, so that it can be put right', () => {
    edit({ params: { subject: 5 as unknown as string } }, undefined, 'nats');
    expect(screen.getByLabelText('Subject', { exact: false })).toHaveValue('5');
  });

  it('shows what is stored and of no use, so that it can be cleared', async () => {
    const user = edit({ subscribe: 'a', params: { subject: 'b', topic: 'c' } }, undefined, 'nats');
    expect(screen.getByLabelText('Subscribe')).toHaveValue('a');
    await user.clear(screen.getByLabelText('topic'));
    await user.tab();
    expect(stored()?.params).toEqual({ subject: 'b' });
    expect(screen.queryByLabelText('topic')).not.toBeInTheDocument();
  });
});

it('asks for what a protocol wants to know that the data source describes', async () => {
  const params = [
    { name: 'topic', title: 'topic', isRequired: true },
    { name: 'qos', title: 'qos', isRequired: false },
  ];
  const owner = { ...datasource, describesProtocol: true, hasSubscribeMessage: true, askedParams: async () => params };
  render(
    <QueryEditor
      datasource={owner as unknown as typeof datasource}
      query={{ refId: 'A', params: { qos: '1' } }}
      onChange={onChange}
      onRunQuery={onRunQuery}
    />
  );
  expect(await screen.findByLabelText('topic', { exact: false })).toHaveValue('');
  expect(screen.getByLabelText('qos')).toHaveValue('1');
  expect(screen.queryByLabelText('Subscribe')).not.toBeInTheDocument();
});

describe('what the transport has no use for', () => {
  it('is not asked for, and Server-Sent Events have names', async () => {
    const user = edit({}, 'sse');
    expect(screen.queryByLabelText('Subscribe')).not.toBeInTheDocument();
    expect(screen.queryByLabelText('Unsubscribe')).not.toBeInTheDocument();
    await user.type(screen.getByLabelText('Events'), 'price, trade{Enter}');
    expect(stored()).toEqual({ refId: 'A', event: 'price, trade' });
  });

  it('is shown where it is set, so that it can be cleared', async () => {
    const user = edit({ subscribe: 'a', unsubscribe: 'b', event: 'c' }, 'http');
    expect(screen.getByLabelText('Subscribe')).toHaveValue('a');
    expect(screen.getByLabelText('Unsubscribe')).toHaveValue('b');
    await user.clear(screen.getByLabelText('Events'));
    await user.tab();
    expect(stored()?.event).toBeUndefined();
    expect(screen.queryByLabelText('Events')).not.toBeInTheDocument();
  });

  it('of a WebSocket are the names of events', () => {
    edit();
    expect(screen.queryByLabelText('Events')).not.toBeInTheDocument();
    expect(screen.getByLabelText('Subscribe')).toBeInTheDocument();
  });
});

describe('numbers', () => {
  it.each([
    ['Capacity', 'capacity', '5000', 5000],
    ['Updates per second', 'maxRate', '0.05', 0.05],
    ['Updates per second', 'maxRate', '1000', 1000],
  ])('%s is stored as a number', async (label, part, typed, value) => {
    const user = edit();
    await user.type(screen.getByLabelText(label), `${typed}{Enter}`);
    expect(stored()).toEqual({ refId: 'A', [part]: value });
  });

  it.each([
    ['Capacity', 'many', '"many" is not a number. Enter one from 1 to 10000000.'],
    ['Capacity', '1.5', '1.5 has a fraction. Enter a whole number from 1 to 10000000.'],
    ['Capacity', '0', '0 is out of bounds. Enter a number from 1 to 10000000.'],
    ['Updates per second', '0', '0 is out of bounds. Enter a number above 0 and up to 1000.'],
    ['Updates per second', '1001', '1001 is out of bounds. Enter a number above 0 and up to 1000.'],
    ['Updates per second', 'often', '"often" is not a number. Enter one above 0 and up to 1000.'],
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

describe('the check', () => {
  it('is of the whole query, once nothing has changed for a moment, with the variables of the panel', async () => {
    const query = { refId: 'A', window: '$span' };
    const scopedVars = { span: { text: '5m', value: '5m' } };
    const data = { request: { scopedVars } } as unknown as PanelData;
    const editor = (capacity: number) => (
      <QueryEditor
        datasource={datasource}
        query={{ ...query, capacity }}
        data={data}
        onChange={onChange}
        onRunQuery={onRunQuery}
      />
    );
    const { rerender } = render(editor(1));
    [2, 3, 3, 3].forEach((capacity) => rerender(editor(capacity)));
    expect(check).not.toHaveBeenCalled();
    await waitFor(() => expect(check).toHaveBeenCalled());
    expect(check.mock.calls).toEqual([[{ ...query, capacity: 3 }, scopedVars]]);
  });

  it('says why it could not be made, until it can be', async () => {
    check.mockRejectedValueOnce(new Error("Freshet's engine could not be loaded: blocked."));
    const user = edit();
    const failure = /^The query could not be checked\. Freshet's engine could not be loaded: blocked\.$/;
    expect(await screen.findByText(failure)).toBeInTheDocument();
    await user.type(screen.getByLabelText('Path'), '/a{Enter}');
    await waitFor(() => expect(screen.queryByText(failure)).not.toBeInTheDocument());
  });

  it('is shown above all as long as the section of an option is folded', async () => {
    const problem = refuse(OPTION_ERRORS.reduce);
    const user = edit(OPTION_ERRORS.reduce.query);
    expect(await screen.findByRole('alert')).toHaveTextContent(problem);
    await user.click(screen.getByRole('button', { name: 'Shape' }));
    expect(await screen.findByText(`bucket.reduce is ${problem}`)).toBeInTheDocument();
  });
});

describe('a query with nothing set', () => {
  it('shows what most queries need, and the rest in a line each', () => {
    edit();
    expect(screen.getAllByRole('region').map((region) => region.textContent)).toEqual([
      expect.stringMatching(/^Stream/),
      'JSON in textsnone',
      expect.stringMatching(/^Fields/),
      'Filterevery row',
      'Shapeall rows, time series',
      expect.stringMatching(/^Limits/),
      expect.stringMatching(/^History/),
    ]);
    const labels = screen.getAllByText((_, element) => element?.tagName === 'LABEL');
    expect(labels.map((label) => label.textContent)).toEqual([
      'Builder',
      'JSON',
      'Feed', // Of the choice what to read.
      'Connections',
      'Path',
      'Format',
      'Subscribe',
      'Unsubscribe',
      'Capacity',
      'Updates per second',
      'Window',
      'Keep rows',
      '', // The knob of the switch.
      'History from',
      'History URL',
    ]);
  });

  it.each(['Filter', 'Shape'])('unfolds %s and folds it again', async (title) => {
    const user = edit();
    const button = screen.getByRole('button', { name: title });
    const controls = () => within(screen.getByRole('region', { name: title })).getAllByRole('button').length;
    expect(button).toHaveAttribute('aria-expanded', 'false');
    const folded = controls();
    await user.click(button);
    expect(button).toHaveAttribute('aria-expanded', 'true');
    expect(screen.getByRole('region', { name: title }).querySelectorAll('input, button').length).toBeGreaterThan(
      folded
    );
    await user.click(button);
    expect(button).toHaveAttribute('aria-expanded', 'false');
    expect(controls()).toBe(folded);
    expect(onChange).not.toHaveBeenCalled();
  });
});

describe('history', () => {
  it('asks for format and fields once there is a URL, and drops all with the URL', async () => {
    const user = edit({ backfill: { url: '/history' } });
    const history = within(screen.getByRole('region', { name: 'History' }));
    await choose(user, history.getByLabelText('History format'), /^JSON/);
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
  edit({
    format: 'csv',
    fields: [{ path: '$.a' }, { path: '$.t', role: 'time' }, { path: '$.l', role: 'label' }],
    filter: [{ path: '$.a', op: '==' }],
    mode: 'upsert',
    keys: ['$.a'],
    deleteWhen: [{ path: '$.b', op: 'matches' }],
    clearWhen: [{ path: '$.c', op: '==' }],
    parse: ['$.d'],
    bucket: { interval: '1s', reduce: 'mean' },
    backfill: { url: '/h' },
  });
  const controls = [...screen.getAllByRole('textbox'), ...screen.getAllByRole('combobox')];
  expect(controls).toHaveLength(39);
  for (const control of controls) {
    const label = document.querySelector(`label[for="${CSS.escape(control.id)}"]`);
    // The icon is what the explanation opens on.
    expect(label?.querySelector('svg')).toBeInTheDocument();
  }
});

describe('Diagnose', () => {
  it('has the data source diagnose the query as it is stored, with the variables of its panel', async () => {
    const diagnose = jest
      .fn()
      .mockResolvedValue({ done: true, status: 'success', message: 'Fine.', steps: [], text: '' });
    const scopedVars = { v: { text: 'x', value: 'x' } };
    const query = { refId: 'A', path: '/a' };
    render(
      <QueryEditor
        datasource={{ ...datasource, diagnose } as unknown as typeof datasource}
        query={query}
        data={{ request: { scopedVars } } as unknown as PanelData}
        onChange={onChange}
        onRunQuery={onRunQuery}
      />
    );
    await userEvent.click(screen.getByRole('button', { name: 'Diagnose' }));
    expect(await screen.findByText('Fine.')).toBeInTheDocument();
    expect(diagnose).toHaveBeenCalledWith(query, scopedVars, expect.any(Function), expect.any(AbortSignal));
  });

  it('is not offered by what cannot be diagnosed', () => {
    edit();
    expect(screen.queryByRole('button', { name: 'Diagnose' })).not.toBeInTheDocument();
  });
});
