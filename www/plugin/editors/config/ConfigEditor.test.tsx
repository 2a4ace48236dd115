import type { DataSourceSettings } from '@grafana/data';
import { fireEvent, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';

import type { FreshetOptions } from '../../types';
import { ConfigEditor } from './ConfigEditor';

type Settings = DataSourceSettings<FreshetOptions, Record<string, string>>;

const onOptionsChange = jest.fn<void, [Settings]>();

beforeEach(() => onOptionsChange.mockClear());

const SAVED = {
  id: 1,
  uid: 'freshet',
  name: 'Freshet',
  type: 'freshet-websocket-datasource',
  access: 'direct',
  url: 'ws://feeds.example.org/stream',
  jsonData: {},
  secureJsonFields: {},
  readOnly: false,
} as unknown as Settings;

/** The page as Grafana holds it: what the editor hands on comes back as its options. */
function Page({ initial }: { initial: Partial<Settings> }) {
  const [options, setOptions] = useState<Settings>({ ...SAVED, ...initial });
  const store = (next: Settings) => {
    onOptionsChange(next);
    setOptions(next);
  };
  return <ConfigEditor options={options} onOptionsChange={store} />;
}

function edit(initial: Partial<Settings> = {}) {
  render(<Page initial={initial} />);
  for (const name of ['Reconnect', 'Limits']) {
    fireEvent.click(screen.getByRole('button', { name }));
  }
  return userEvent.setup();
}

const stored = () => onOptionsChange.mock.lastCall?.[0];

async function enter(label: string, text: string, initial: Partial<Settings> = {}) {
  const user = edit(initial);
  await user.clear(screen.getByLabelText(label, { exact: false }));
  await user.type(screen.getByLabelText(label, { exact: false }), `${text}{Enter}`);
  return user;
}

describe('URL', () => {
  it('is stored without the blanks around it', async () => {
    await enter('URL', '  wss://feeds.example.org/a ');
    expect(stored()?.url).toBe('wss://feeds.example.org/a');
    expect(screen.queryByText(/begins with/)).not.toBeInTheDocument();
  });

  it.each([
    [
      'feeds',
      '"feeds" is not a URL. It begins with one of ws://, wss://, http://, https:// and names a host, for example wss://feeds.example.org/stream.',
    ],
    [
      'ftp://feeds.example.org',
      'The URL begins with "ftp://", but must begin with one of ws://, wss://, http://, https://.',
    ],
    ['ws://feeds.example.org/#a', 'The URL ends with "#a", but a WebSocket\'s address has no such part. Remove it.'],
    [
      'ws://me:secret@feeds.example.org',
      'The URL contains a user name or password, which every viewer of a dashboard could read. Remove them.',
    ],
  ])('says what is wrong with %s', async (typed, message) => {
    await enter('URL', typed);
    expect(screen.getByText(message)).toBeInTheDocument();
  });

  it('says that it is missing once it was emptied, and not on a new page', async () => {
    const user = edit({ url: '' });
    expect(screen.queryByText(/The URL is missing/)).not.toBeInTheDocument();
    await user.click(screen.getByLabelText('URL', { exact: false }));
    await user.tab();
    expect(
      screen.getByText('The URL is missing. It begins with one of ws://, wss://, http://, https://.')
    ).toBeInTheDocument();
  });

  it('must be an HTTP one for the proxy', async () => {
    const user = edit();
    await user.click(screen.getByLabelText('Server (proxy)'));
    expect(stored()?.access).toBe('proxy');
    expect(
      screen.getByText(
        'The URL begins with "ws://", but must begin with one of http://, https://. ' +
          "Grafana's proxy takes the WebSocket's address in its HTTP form."
      )
    ).toBeInTheDocument();
  });
});

describe('transport', () => {
  it('is a WebSocket when nothing is stored', () => {
    edit();
    expect(screen.getByLabelText('WebSocket')).toBeChecked();
  });

  it.each([
    ['Server-Sent Events', 'sse'],
    ['Streamed HTTP', 'http'],
  ])('%s is stored, and has no subprotocols', async (label, transport) => {
    const user = edit({ jsonData: { lingerMs: 1 } });
    await user.click(screen.getByLabelText(label));
    expect(stored()?.jsonData).toEqual({ lingerMs: 1, transport });
    expect(screen.getByLabelText(label)).toBeChecked();
    expect(screen.queryByLabelText('Subprotocols')).not.toBeInTheDocument();
    await user.click(screen.getByLabelText('WebSocket'));
    expect(stored()?.jsonData).toEqual({ lingerMs: 1, transport: undefined });
    expect(screen.getByLabelText('Subprotocols')).toBeInTheDocument();
  });
});

/** Only as much of the list as fits is drawn, so it is searched. */
async function protocol(user: ReturnType<typeof userEvent.setup>, title: string) {
  await choose(user, 'Protocol', title);
}

async function choose(user: ReturnType<typeof userEvent.setup>, list: string, title: string) {
  await user.click(screen.getByRole('combobox', { name: list }));
  await user.keyboard(title);
  const options = await screen.findAllByRole('option');
  await user.click(options.find((option) => option.textContent?.startsWith(title)) as HTMLElement);
}

describe('protocol', () => {
  it('is none when nothing is stored, and stored by its name', async () => {
    const user = edit({ jsonData: { lingerMs: 1 } });
    expect(screen.getByRole('combobox', { name: 'Protocol' })).toHaveValue('None');
    await protocol(user, 'NATS');
    expect(stored()?.jsonData).toEqual({ lingerMs: 1, preset: 'nats' });
    await protocol(user, 'None');
    expect(stored()?.jsonData).toEqual({ lingerMs: 1, preset: undefined });
  });

  it('is not offered over HTTP', () => {
    edit({ jsonData: { transport: 'sse' } });
    expect(screen.queryByRole('combobox', { name: 'Protocol' })).not.toBeInTheDocument();
  });
});

describe('subprotocols', () => {
  it('are stored in order', async () => {
    await enter('Subprotocols', 'v2, json ,');
    expect(stored()?.jsonData.subprotocols).toEqual(['v2', 'json']);
  });

  it('are shown and removed', async () => {
    const user = edit({ jsonData: { subprotocols: ['v2', 'json'] } });
    expect(screen.getByLabelText('Subprotocols')).toHaveValue('v2, json');
    await user.clear(screen.getByLabelText('Subprotocols'));
    await user.tab();
    expect(stored()?.jsonData.subprotocols).toBeUndefined();
  });

  it.each([
    [
      'my protocol',
      '"my protocol" is not a valid subprotocol: it must not contain spaces, quotes or any of ( ) < > @ ; : \\ / [[ ] ? = {{ }.',
    ],
    ['v2, v2', '"v2" is listed twice. List every subprotocol once.'],
  ])('refuses %s', async (typed, message) => {
    await enter('Subprotocols', typed);
    expect(screen.getByText(`${message.replace('[[', '[').replace('{{', '{')} Not saved.`)).toBeInTheDocument();
    expect(onOptionsChange).not.toHaveBeenCalled();
  });
});

describe('token', () => {
  it('is none when nothing is stored, and a choice makes its fields', async () => {
    const user = edit();
    expect(screen.getByLabelText('No token')).toBeChecked();
    expect(screen.queryByLabelText('Token path')).not.toBeInTheDocument();
    await user.click(screen.getByLabelText('Fetched'));
    expect(stored()?.jsonData).toEqual({ token: { from: 'proxy' } });
    await user.type(screen.getByLabelText('Token path'), '/auth{Enter}');
    await user.type(screen.getByLabelText('Pointer'), '/access_token{Enter}');
    await user.type(screen.getByLabelText('Lifetime'), '5m{Enter}');
    const token = { from: 'proxy', path: '/auth', pointer: '/access_token', ttl: '5m' };
    expect(stored()?.jsonData).toEqual({ token });
    await user.click(screen.getByLabelText('POST'));
    await user.type(screen.getByLabelText('Body'), 'a=b{Enter}');
    expect(stored()?.jsonData).toEqual({ token: { ...token, method: 'POST', body: 'a=b' } });
    await user.click(screen.getByLabelText('GET'));
    expect(stored()?.jsonData).toEqual({ token });
    await user.click(screen.getByLabelText('No token'));
    expect(stored()?.jsonData).toEqual({ token: undefined });
  });

  it('of each viewer has a label', async () => {
    const user = edit({ jsonData: { token: { path: '/auth' } } });
    expect(screen.getByLabelText('Fetched')).toBeChecked();
    await user.click(screen.getByLabelText("Each viewer's own"));
    await user.type(screen.getByLabelText('Label'), 'API key{Enter}');
    expect(stored()?.jsonData).toEqual({ token: { from: 'viewer', label: 'API key' } });
  });

  it("of the viewer's own is entered on this page too, into this browser and into no setting", async () => {
    window.localStorage.clear();
    const user = edit({ jsonData: { token: { from: 'viewer', label: 'API key' } }, readOnly: true });
    await user.type(screen.getByLabelText('Your API key', { exact: false }), 's3cret{Enter}');
    expect(window.localStorage.getItem('freshet.token.freshet')).toBe('s3cret');
    expect(onOptionsChange).not.toHaveBeenCalled();
  });

  it.each([
    ['nothing', {}, /query parameters, subprotocols and messages of a handshake under "Protocol description"\.$/],
    [
      'a preset that logs in by itself',
      { preset: 'home-assistant' },
      /It logs in with the token, which is a long-lived/,
    ],
    ['a preset whose handshake can be changed', { preset: 'graphql-transport-ws' }, /connection_init/],
    ['a preset in code', { preset: 'mqtt' }, /can stand in query parameters and subprotocols\.$/],
    ['Server-Sent Events', { transport: 'sse' }, /can stand in query parameters\.$/],
  ] as Array<[string, FreshetOptions, RegExp]>)('says where it can stand with %s', (_, jsonData, words) => {
    edit({ jsonData });
    const said = screen.getByText(/adds basic auth and headers/);
    expect(said).toHaveTextContent(words);
    expect(said).toHaveTextContent("A token that is fetched, or each viewer's own,");
  });

  it('goes into query parameters', async () => {
    await enter('Query parameters', 'key=${{token}&v=2');
    expect(stored()?.jsonData).toEqual({ query: { key: '${token}', v: '2' } });
    expect(screen.getByLabelText('Query parameters')).toHaveValue('key=${token}&v=2');
  });

  it('is what a protocol logs in with', () => {
    edit({ jsonData: { preset: 'nats' } });
    expect(screen.getByText(/^NATS: .*It logs in with the token: as the password of the user/)).toBeInTheDocument();
  });
});

describe('numbers', () => {
  it.each([
    ['First pause (ms)', { reconnect: { minMs: 250 } }, 250],
    ['Longest pause (ms)', { reconnect: { maxMs: 60000 } }, 60000],
    ['Attempts', { reconnect: { maxAttempts: 7 } }, 7],
    ['Linger (ms)', { lingerMs: 0 }, 0],
    ['Idle time-out (ms)', { idleTimeoutMs: 15000 }, 15000],
    ['Connection age (ms)', { maxConnectionAgeMs: 60000 }, 60000],
    ['Message size (bytes)', { maxMessageBytes: 1024 }, 1024],
    ['Messages kept (bytes)', { journalBytes: 0 }, 0],
    ['Messages kept (bytes)', { journalBytes: 65536 }, 65536],
    ['Single answer (ms)', { finiteTimeoutMs: 2000 }, 2000],
  ])('%s is stored and shown', async (label, jsonData, value) => {
    await enter(label, String(value), { jsonData: { subprotocols: ['v2'] } });
    expect(stored()?.jsonData).toEqual({ subprotocols: ['v2'], ...jsonData });
    expect(screen.getByLabelText(label)).toHaveValue(String(value));
  });

  it('leaves no trace when it is emptied', async () => {
    const user = edit({ jsonData: { reconnect: { minMs: 250 } } });
    await user.clear(screen.getByLabelText('First pause (ms)'));
    await user.tab();
    expect(stored()?.jsonData).toEqual({ reconnect: undefined });
  });

  it.each([
    ['Attempts', '-1', '-1 is out of bounds. Enter a number from 0 up.'],
    ['Linger (ms)', 'soon', '"soon" is not a number. Enter one from 0 up.'],
    ['Idle time-out (ms)', '5', '5 is out of bounds. Enter a number from 100 up.'],
    ['Message size (bytes)', '0.5', '0.5 has a fraction. Enter a whole number from 1 up.'],
    ['Messages kept (bytes)', '268435457', '268435457 is out of bounds. Enter a number from 0 to 268435456.'],
    ['Messages kept (bytes)', '-1', '-1 is out of bounds. Enter a number from 0 to 268435456.'],
    ['First pause (ms)', '40000', '40000 is more than the longest pause, 30000.'],
    ['Longest pause (ms)', '100', '100 is less than the first pause, 500.'],
  ])('%s refuses %s', async (label, typed, message) => {
    await enter(label, typed);
    expect(screen.getByText(`${message} Not saved.`)).toBeInTheDocument();
    expect(onOptionsChange).not.toHaveBeenCalled();
  });
});

describe('a number that is refused', () => {
  it('says that it is not saved, until it is', async () => {
    const user = await enter('First pause (ms)', '60000');
    const refusal = '60000 is more than the longest pause, 30000. Not saved.';
    expect(screen.getByText(refusal)).toBeInTheDocument();
    await user.clear(screen.getByLabelText('First pause (ms)'));
    await user.type(screen.getByLabelText('First pause (ms)'), '600{Enter}');
    expect(screen.queryByText(/Not saved/)).not.toBeInTheDocument();
    expect(stored()?.jsonData).toEqual({ reconnect: { minMs: 600 } });
  });

  it.each([
    ['First pause (ms)', '60000', 'Longest pause (ms)', '120000', { minMs: 60000, maxMs: 120000 }],
    ['Longest pause (ms)', '100', 'First pause (ms)', '60', { minMs: 60, maxMs: 100 }],
  ])('is stored when another one makes it right: %s', async (label, typed, other, right, reconnect) => {
    const user = await enter(label, typed);
    await user.type(screen.getByLabelText(other), `${right}{Enter}`);
    expect(stored()?.jsonData).toEqual({ reconnect });
    expect(screen.getByLabelText(label)).toHaveValue(typed);
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });

  it('is not stored while somebody is typing', async () => {
    const user = await enter('First pause (ms)', '60000', { jsonData: { reconnect: { maxMs: 50000 } } });
    await user.type(screen.getByLabelText('First pause (ms)'), '{Backspace}');
    expect(onOptionsChange).not.toHaveBeenCalled();
  });

  it('is not said to be unsaved when it was saved elsewhere', () => {
    edit({ jsonData: { reconnect: { minMs: 60000 } } });
    expect(screen.getByText('60000 is more than the longest pause, 30000.')).toBeInTheDocument();
  });
});

it('says what every viewer can read and what does not work', () => {
  edit();
  const text = screen.getByText(/Every viewer of a dashboard can read the settings on this page/);
  expect(text).toHaveTextContent('Server-Sent Events and streamed HTTP get through it like any request');
  expect(text).toHaveTextContent('do not put passwords or tokens there');
  expect(text).toHaveTextContent('alert rules, reports and externally shared dashboards cannot use this data source');
});

it('changes nothing that is provisioned', () => {
  edit({ readOnly: true });
  for (const control of [
    ...screen.getAllByRole('textbox'),
    ...screen.getAllByRole('combobox'),
    ...screen.getAllByRole('radio'),
  ]) {
    expect(control).toBeDisabled();
  }
  expect(screen.getByText(/provisioned from a file/)).toBeInTheDocument();
});

describe('a known server', () => {
  it('fills URL, protocol and token, says what is left, and is taken back', async () => {
    const jsonData = { lingerMs: 1, subprotocols: ['v2'], heartbeat: { send: 'ping' } };
    const user = edit({ jsonData });
    await choose(user, 'Known server', 'Home Assistant');
    expect(stored()?.url).toBe('ws://HOST:8123');
    expect(stored()?.jsonData).toEqual({ lingerMs: 1, preset: 'home-assistant', token: { from: 'viewer' } });
    expect(
      screen.getByText(
        /^Replace HOST with the name of your server\. Each .* In each query, fill in Entities, for example sensor\.power\.$/
      )
    ).toBeVisible();
    expect(screen.getByText('Replace HOST with the name of your server.')).toBeInTheDocument();
    await user.clear(screen.getByLabelText('URL', { exact: false }));
    await user.type(screen.getByLabelText('URL', { exact: false }), 'ws://home:8123{Enter}');
    expect(screen.queryByText(/Replace HOST/)).not.toBeInTheDocument();
    await choose(user, 'Known server', 'Crossbar.io');
    expect(stored()?.jsonData).toEqual({ lingerMs: 1, preset: 'wamp', options: { realm: 'realm1' } });
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    expect(stored()?.jsonData).toEqual(jsonData);
    expect(stored()?.url).toBe('ws://feeds.example.org/stream');
    expect(screen.queryByRole('button', { name: 'Undo' })).not.toBeInTheDocument();
  });

  it('has the address that the proxy takes', async () => {
    const user = edit({ access: 'proxy' });
    await choose(user, 'Known server', 'Node-RED');
    expect(stored()?.url).toBe('http://HOST:1880/ws/PATH');
    expect(
      screen.getByText(/^Replace HOST with the name of your server and PATH with the path of your server\./)
    ).toBeVisible();
  });

  it('is not offered where nothing can be changed', () => {
    edit({ readOnly: true });
    expect(screen.queryByRole('combobox', { name: 'Known server' })).not.toBeInTheDocument();
  });
});

describe('secrets', () => {
  const SECRET = 'hunter2-never-shown';
  const saved: Partial<Settings> = {
    access: 'proxy',
    url: 'https://feeds.example.org',
    basicAuth: true,
    basicAuthUser: 'grafana',
    jsonData: { httpHeaderName1: 'X-Key' } as FreshetOptions,
    secureJsonFields: { basicAuthPassword: true, httpHeaderValue1: true },
    // Grafana never sends these; should it, they are not shown either.
    secureJsonData: { basicAuthPassword: SECRET, httpHeaderValue1: SECRET },
  };
  const inDom = () =>
    [document.body.outerHTML, ...screen.getAllByRole('textbox').map((box) => (box as HTMLInputElement).value)].join();

  it.each([false, true])('that are saved never come into the page (read-only: %s)', (readOnly) => {
    edit({ ...saved, readOnly });
    expect(screen.getByLabelText('Password')).toHaveValue('configured');
    expect(screen.getByLabelText('Value 1')).toHaveValue('configured');
    expect(inDom()).not.toContain(SECRET);
    expect(screen.queryAllByRole('button', { name: 'Reset' })).toHaveLength(readOnly ? 0 : 2);
  });

  it('are replaced after a reset', async () => {
    const user = edit(saved);
    await user.click(screen.getAllByRole('button', { name: 'Reset' })[0]);
    expect(stored()?.secureJsonFields.basicAuthPassword).toBe(false);
    expect(screen.getByLabelText('Password')).toHaveValue('');
    await user.type(screen.getByLabelText('Password'), 'new');
    expect(stored()?.secureJsonData?.basicAuthPassword).toBe('new');
    expect(screen.getByLabelText('Password')).toHaveAttribute('type', 'password');
  });

  it('of a header go with it', async () => {
    const user = edit(saved);
    await user.click(screen.getByRole('button', { name: 'Add header' }));
    await user.type(screen.getByLabelText('Header 2'), 'X-Tenant{Enter}');
    await user.type(screen.getByLabelText('Value 2'), 'a');
    expect(stored()?.jsonData).toMatchObject({ httpHeaderName1: 'X-Key', httpHeaderName2: 'X-Tenant' });
    expect(stored()?.secureJsonData).toMatchObject({ httpHeaderValue2: 'a' });
    await user.click(screen.getByRole('button', { name: 'Remove the last header' }));
    expect(stored()?.jsonData).toEqual({ httpHeaderName1: 'X-Key' });
    expect(stored()?.secureJsonData).toMatchObject({ httpHeaderValue2: '' });
  });

  it('are asked for where Grafana has a part in the connection', async () => {
    const user = edit();
    expect(screen.queryByText('Secrets that Grafana adds')).not.toBeInTheDocument();
    await user.click(screen.getByLabelText('Fetched'));
    await user.click(screen.getByLabelText('Basic auth'));
    expect(stored()?.basicAuth).toBe(true);
  });
});

it('explains every control', async () => {
  const user = edit();
  for (const section of screen.getAllByRole('region')) {
    for (const box of within(section).queryAllByRole('textbox')) {
      const icon = document.querySelector(`label[for="${CSS.escape(box.id)}"] svg`);
      await user.hover(icon as Element);
      expect((await screen.findByRole('tooltip')).textContent?.length).toBeGreaterThan(20);
      await user.unhover(icon as Element);
    }
  }
});

describe('what a preset is told', () => {
  const told = () => stored()?.jsonData.options;

  it('is stored by its name, and forgotten when it is cleared', async () => {
    const user = await enter('Keep-alive (s)', '30', { jsonData: { preset: 'mqtt', options: { username: 'a' } } });
    expect(told()).toEqual({ username: 'a', keepAlive: '30' });
    await user.clear(screen.getByLabelText('Keep-alive (s)', { exact: false }));
    await user.tab();
    expect(told()).toEqual({ username: 'a' });
    await user.clear(screen.getByLabelText('User name', { exact: false }));
    await user.tab();
    expect(told()).toBeUndefined();
  });

  it('shows what is so without it, numbers, and what the preset does not know', async () => {
    const user = edit({ jsonData: { preset: 'mqtt', options: { sessionExpiry: 60, colour: 'red' } } });
    expect(screen.getByLabelText('MQTT version', { exact: false })).toHaveAttribute('placeholder', '5, or else 3.1.1');
    expect(screen.getByLabelText('Session expiry (s)', { exact: false })).toHaveValue('60');
    await user.clear(screen.getByLabelText('colour', { exact: false }));
    await user.tab();
    expect(told()).toEqual({ sessionExpiry: 60 });
  });

  it('is not asked for without a preset', () => {
    edit({ jsonData: { options: { username: 'a' } } });
    expect(screen.queryByLabelText('User name', { exact: false })).not.toBeInTheDocument();
  });
});

it('says of folded numbers which are set', () => {
  render(<Page initial={{ jsonData: { reconnect: { minMs: 250, maxAttempts: 3 } } }} />);
  expect(screen.getByText('first pause 250, attempts 3')).toBeInTheDocument();
  expect(screen.getByText('defaults')).toBeInTheDocument();
  expect(screen.queryByLabelText('First pause (ms)')).not.toBeInTheDocument();
});

it('diagnoses right below the connection', () => {
  render(<Page initial={{}} />);
  const titles = screen.getAllByRole('region').map((region) => region.textContent ?? '');
  const at = (title: string) => titles.findIndex((text) => text.startsWith(title));
  expect(at('Diagnosis')).toBe(at('Connection') + 1);
});
