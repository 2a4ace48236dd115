import { LoadingState } from '@grafana/data';

import { packet } from '../../test/support/engineDouble';
import { hosted, Panel, request, settle, SOURCE } from '../../test/support/panel';
import { trap } from '../../test/support/trap';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('loading', () => {
  it('waits for the first subscription, and then happens once', async () => {
    const { host, engines, load } = hosted();
    const stream = host.query(request(), SOURCE);
    await settle();
    expect(load).not.toHaveBeenCalled();
    stream.subscribe();
    stream.subscribe();
    new Panel(host);
    await settle();
    expect(load).toHaveBeenCalledTimes(1);
    expect(engines[0].streams).toHaveLength(3);
    expect(engines[0].streams[0]).toMatchObject({ request: request(), source: SOURCE });
  });

  it('opens nothing for a panel that left meanwhile', async () => {
    const { host, engines } = hosted();
    new Panel(host).leave();
    await settle();
    expect(engines[0].streams).toHaveLength(0);
  });

  it('shows a failure on every target, ends, and is tried again by the next query', async () => {
    const { host, load, engines } = hosted();
    load.mockRejectedValueOnce(new Error('the file is gone'));
    const panel = new Panel(host, request({ targets: [{ refId: 'A' }, { refId: 'B' }] }));
    await settle();
    const message = "Freshet's engine could not be loaded: the file is gone. The next refresh tries again.";
    expect(panel.packets).toEqual(
      ['A', 'B'].map((refId) => ({
        data: [],
        key: `freshet-${refId}`,
        state: LoadingState.Error,
        error: { message, refId },
        errors: [{ message, refId }],
      }))
    );
    expect(panel.completed).toBe(true);
    expect(panel.errors).toEqual([]);

    const next = new Panel(host);
    await settle();
    engines[0].emit(7);
    expect(next.packets).toEqual([packet(7)]);
  });
});

it.each([
  ['the visible targets alone', [{ refId: 'A', hide: true }, { refId: 'B' }], ['freshet-B'], ['B']],
  ['the panel, when no target is visible', [{ refId: 'A', hide: true }], ['freshet'], [undefined]],
])('shows that the engine could not be loaded on %s', async (_, targets, keys, refIds) => {
  const { host, load } = hosted();
  load.mockRejectedValueOnce(new Error('the file is gone'));
  const panel = new Panel(host, request({ targets }));
  await settle();
  expect(panel.packets.map(({ key }) => key)).toEqual(keys);
  expect(panel.packets.map(({ error }) => error?.refId)).toEqual(refIds);
  expect(panel.completed).toBe(true);
});

it.each([
  ['a panel', {}, false],
  ['a variable', { finite: true }, true],
  ['Mixed', { requestId: 'mixed-0-Q1' }, true],
])('hands the engine the visible targets, and that %s waits for an end or does not', async (_, rest, finite) => {
  const { host, engines } = hosted();
  new Panel(host, request({ targets: [{ refId: 'A', hide: true }, { refId: 'B' }], ...rest }));
  await settle();
  expect(engines[0].streams[0].request).toMatchObject({ targets: [{ refId: 'B' }], finite });
});

describe('a stream', () => {
  it('hands on packets as they are, and ends in the engine when the panel leaves', async () => {
    const { host, engines } = hosted();
    const panel = new Panel(host);
    await settle();
    engines[0].emit(1);
    engines[0].emit(2);
    expect(panel.packets).toEqual([packet(1), packet(2)]);
    panel.leave();
    expect(engines[0].unsubscribed).toBe(1);
    engines[0].emit(3);
    expect(panel.packets).toHaveLength(2);
  });

  it('hands on completion and error', async () => {
    const { host, engines } = hosted();
    const [done, broken] = [new Panel(host), new Panel(host)];
    await settle();
    engines[0].streams[0].subscriber.complete();
    engines[0].streams[1].subscriber.error(new Error('final'));
    expect(done.completed).toBe(true);
    expect(broken.errors).toEqual([new Error('final')]);
  });

  it('shows on its own panel what the engine throws at its request', async () => {
    const { host, engines } = hosted((engine) => (engine.onCall = refuseA));
    function refuseA(name: string) {
      if (name === 'query') {
        throw new Error('targets[0].capacity is "many"');
      }
    }
    const panel = new Panel(host);
    await settle();
    expect(panel.last.errors?.[0].message).toBe(
      'Freshet\'s engine failed on this query: targets[0].capacity is "many".'
    );
    expect(panel.completed).toBe(true);
    expect(engines[0].abandoned).toBe(0);
  });
});

describe('a diagnosis', () => {
  it('answers with the report', async () => {
    const report = { done: true, status: 'error', message: 'refused', steps: [], text: '' } as const;
    const { host, engines } = hosted((engine) => (engine.answers.diagnose = { ...report, steps: [] }));
    await expect(host.ask('diagnose', SOURCE, {}, 4000)).resolves.toEqual(report);
    expect(engines[0].asked.diagnose).toEqual([[SOURCE, {}, 4000]]);
  });

  it('fails when there is no engine', async () => {
    const { host, load } = hosted();
    load.mockRejectedValueOnce(new Error('blocked'));
    await expect(host.ask('diagnose', SOURCE, {}, 1)).rejects.toThrow("Freshet's engine could not be loaded: blocked.");
  });

  it('fails when the engine traps, at once or while it waits', async () => {
    const { host, engines } = hosted((engine, index) => {
      engine.onCall = (name) => (name === 'diagnose' && index === 0 ? trap() : undefined);
      if (index === 1) {
        engine.diagnose = () => new Promise(() => undefined);
      }
    });
    await expect(host.ask('diagnose', SOURCE, {}, 1)).rejects.toThrow("Freshet's engine stopped: unreachable.");
    const waiting = host.ask('diagnose', SOURCE, {}, 1);
    const failed = expect(waiting).rejects.toThrow("Freshet's engine stopped: unreachable.");
    await settle();
    engines[1].trap();
    await failed;
  });
});

describe('a check of a query', () => {
  const problem = { option: 'window', value: '5', problem: 'the unit is missing' };

  it('is answered by the engine, which is loaded for it once', async () => {
    const { host, engines, load } = hosted((engine) => (engine.answers.check = [problem]));
    await expect(host.ask('check', { window: '5' })).resolves.toEqual([problem]);
    await expect(host.ask('check', { window: '6' })).resolves.toEqual([problem]);
    expect(load).toHaveBeenCalledTimes(1);
    expect(engines[0].asked.check).toEqual([[{ window: '5' }], [{ window: '6' }]]);
  });

  it('fails when it stops the engine, and the next one is answered by a fresh engine', async () => {
    const { host } = hosted((engine, index) => {
      engine.onCall = (name) => (name === 'check' && index === 0 ? trap() : undefined);
    });
    await expect(host.ask('check', {})).rejects.toThrow("Freshet's engine stopped: unreachable.");
    const next = host.ask('check', {});
    await settle();
    await expect(next).resolves.toEqual([]);
  });
});

it('shows the connections of the engine that is there, and loads none to do so', async () => {
  const { host, load, engines } = hosted();
  expect(host.connections()).toEqual([]);
  expect(load).not.toHaveBeenCalled();
  new Panel(host);
  await settle();
  const status = {
    url: 'ws://feed',
    state: 'open',
    readers: 1,
    messages: 0,
    bytes: 0,
    reconnects: 0,
    attempt: 0,
  } as const;
  engines[0].answers.connections = [status];
  expect(host.connections()).toEqual([status]);
});
