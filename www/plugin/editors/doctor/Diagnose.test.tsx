import { act, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';

import type { DiagnosisReport, DiagnosisStep } from '../../engine/types';
import { Diagnose, type Diagnoser } from './Diagnose';

function step(name: DiagnosisStep['name'], state: DiagnosisStep['state'], part: Partial<DiagnosisStep> = {}) {
  return { name, title: `The ${name}`, state, text: '', ...part };
}

function report(part: Partial<DiagnosisReport> = {}): DiagnosisReport {
  return { done: false, status: 'warning', message: '', steps: [], text: '', ...part };
}

const UNDER_WAY = report({
  steps: [
    step('url', 'passed'),
    step('upgrade', 'running', { text: 'Opens the connection.' }),
    step('message', 'waiting'),
  ],
});

const REFUSED = report({
  done: true,
  status: 'error',
  message: 'Connection refused: nothing answers at h:1.',
  text: '1. The url: ok.',
  steps: [
    step('url', 'passed'),
    step('server', 'failed', { ms: 12.4, text: 'Nothing answers.', advice: 'Check the port.' }),
    step('message', 'skipped', { text: 'Not reached.' }),
  ],
});

/** A diagnosis that a test drives by hand. */
class Patient {
  calls: Array<{
    tell: (report: DiagnosisReport) => void;
    signal: AbortSignal;
    end: (report: DiagnosisReport) => void;
    fail: (error: Error) => void;
  }> = [];

  diagnose: Diagnoser = (tell, signal) =>
    new Promise((end, fail) => {
      this.calls.push({ tell, signal, end, fail });
    });

  get last() {
    return this.calls[this.calls.length - 1];
  }
}

async function begin() {
  const patient = new Patient();
  const user = userEvent.setup();
  const { unmount } = render(<Diagnose diagnose={patient.diagnose} hint="Reads this query." />);
  await user.click(screen.getByRole('button', { name: 'Diagnose' }));
  return { patient, user, unmount };
}

const items = () => within(screen.getByRole('list', { name: 'Steps of the diagnosis' })).getAllByRole('listitem');

it('does nothing before it is asked to, and says what it would do', () => {
  const patient = new Patient();
  render(<Diagnose diagnose={patient.diagnose} hint="Reads this query." />);
  expect(screen.getByRole('button', { name: 'Diagnose' })).toHaveAccessibleDescription('Reads this query.');
  expect(screen.queryByRole('list')).not.toBeInTheDocument();
  expect(patient.calls).toHaveLength(0);
});

it('shows each step as it comes, and says aloud which is under way', async () => {
  const { patient } = await begin();
  act(() => patient.last.tell(UNDER_WAY));
  expect(items().map((item) => within(item).getByTitle(/./).textContent)).toEqual(['passed', 'running', 'waiting']);
  expect(screen.getByRole('status')).toHaveTextContent('The upgrade: Opens the connection.');
  expect(screen.queryByRole('button', { name: 'Copy as text' })).not.toBeInTheDocument();
});

it('shows where it stops, how long that took, and what to do', async () => {
  const { patient } = await begin();
  await act(async () => patient.last.end(REFUSED));
  const [, server] = items();
  expect(server).toHaveTextContent('failed');
  expect(server).toHaveTextContent('The server 12 ms');
  expect(server).toHaveTextContent('Nothing answers.');
  expect(server).toHaveTextContent('What to do: Check the port.');
  expect(screen.getByRole('status')).toHaveTextContent(REFUSED.message);
  expect(screen.getByRole('button', { name: 'Diagnose' })).toBeEnabled();
});

it('folds what was not reached behind the failure', async () => {
  const { patient, user } = await begin();
  const behind = ['upgrade', 'handshake', 'message'] as const;
  const skipped = behind.map((name) => step(name, 'skipped', { text: 'Not reached.' }));
  await act(async () => patient.last.end({ ...REFUSED, steps: [...REFUSED.steps.slice(0, 2), ...skipped] }));
  expect(items()).toHaveLength(2);
  await user.click(screen.getByRole('button', { name: '3 further steps were not reached' }));
  expect(items()).toHaveLength(5);
});

it('copies the steps as a text', async () => {
  const { patient, user } = await begin();
  await act(async () => patient.last.end(REFUSED));
  Object.assign(window, { isSecureContext: true });
  const write = jest.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
  await user.click(screen.getByRole('button', { name: 'Copy as text' }));
  expect(write).toHaveBeenCalledWith('1. The url: ok.');
});

it('can be stopped, and hears nothing more of what was stopped', async () => {
  const { patient, user } = await begin();
  act(() => patient.last.tell(UNDER_WAY));
  const { signal, tell, fail } = patient.last;
  await user.click(screen.getByRole('button', { name: 'Stop the diagnosis' }));
  expect(signal.aborted).toBe(true);
  await act(async () => {
    tell(UNDER_WAY);
    fail(new Error('the diagnosis was stopped'));
  });
  expect(screen.queryByRole('list')).not.toBeInTheDocument();
  expect(screen.getByRole('status')).toBeEmptyDOMElement();
  await user.click(screen.getByRole('button', { name: 'Diagnose' }));
  expect(patient.calls).toHaveLength(2);
});

it('shows that the engine could not be loaded', async () => {
  const { patient } = await begin();
  await act(async () => patient.last.fail(new Error("Freshet's engine could not be loaded: blocked.")));
  expect(screen.getByRole('status')).toHaveTextContent("Freshet's engine could not be loaded: blocked.");
});

it('ends when nobody looks at it any more', async () => {
  const { patient, unmount } = await begin();
  unmount();
  expect(patient.last.signal.aborted).toBe(true);
});
