import type { DataSourceSettings } from '@grafana/data';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';

import { engineHost } from '../../engine';
import type { FreshetOptions } from '../../types';
import { DiagnosisSection } from './DiagnosisSection';

type Settings = DataSourceSettings<FreshetOptions>;

const ask = jest.spyOn(engineHost, 'ask');

beforeEach(() =>
  ask.mockReset().mockResolvedValue({ done: true, status: 'success', message: 'All is well.', steps: [], text: '' })
);

async function diagnose(part: Partial<Settings>) {
  const settings = { uid: 'u', name: 'Feed', access: 'direct', url: ' ws://h:1/a ', jsonData: { lingerMs: 5 } };
  const options = { ...settings, ...part } as Settings;
  render(<DiagnosisSection options={options} />);
  await userEvent.click(screen.getByRole('button', { name: 'Diagnose' }));
  expect(await screen.findByText('All is well.')).toBeInTheDocument();
  return ask.mock.lastCall;
}

it('tests the data source as it stands on the page, without a query', async () => {
  const source = { uid: 'u', name: 'Feed', url: 'ws://h:1/a', settings: { lingerMs: 5 } };
  expect(await diagnose({})).toEqual([
    'diagnose',
    source,
    undefined,
    4000,
    expect.any(Function),
    expect.any(AbortSignal),
  ]);
});

it("goes through Grafana's proxy where that is the access mode, and says what that means", async () => {
  const [, source] = (await diagnose({ access: 'proxy' })) ?? [];
  expect(source).toMatchObject({ url: 'ws://localhost/api/datasources/proxy/uid/u' });
  expect(screen.getByText(/as they were last saved/)).toBeInTheDocument();
});

it('says where a token is fetched, when there is one', async () => {
  const token = { path: '/token' };
  const [, source] = (await diagnose({ type: 'freshet-websocket-datasource', jsonData: { token } })) ?? [];
  expect(source).toMatchObject({
    proxyUrl: 'http://localhost/api/datasources/proxy/uid/u',
    tokenPage: expect.stringContaining('freshet-websocket-datasource'),
  });
});
