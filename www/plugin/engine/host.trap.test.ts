import { LoadingState } from '@grafana/data';

import { MAX_RESTARTS, RESTART_WINDOW_MS } from './host';
import { packet } from '../../test/support/engineDouble';
import { hosted, Panel, request, settle } from '../../test/support/panel';
import { trap } from '../../test/support/trap';

const UNCLOSED =
  /Connections of a stopped engine could not be closed \(unreachable\) and stay open until the page is reloaded\.$/;

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('a trap', () => {
  it('in a callback starts a fresh engine, on which running queries go on with a notice', async () => {
    const { host, engines } = hosted();
    const gone = new Panel(host);
    const panel = new Panel(host);
    await settle();
    engines[0].emit(1);
    gone.leave();
    engines[0].trap();
    await settle();
    expect(engines).toHaveLength(2);
    expect(engines[0].abandoned).toBe(1);
    expect(engines[1].streams).toHaveLength(1);

    engines[0].emit(2, 'A');
    engines[1].emit(3);
    engines[1].emit(4);
    expect(panel.packets.map(({ data }) => data[0].fields[0].values)).toEqual([[1], [3], [4]]);
    expect(panel.notices).toEqual([
      expect.stringMatching(
        /^Freshet's engine stopped at .+ \(unreachable\) and was started again\. Rows received before that are gone\.$/
      ),
    ]);
    expect(panel.packets.every(({ state }) => state === LoadingState.Streaming)).toBe(true);
  });

  it('keeps the notices that a frame has', async () => {
    const { host, engines } = hosted();
    const panel = new Panel(host);
    await settle();
    engines[0].trap();
    await settle();
    const next = packet(1);
    next.data[0].meta = { notices: [{ severity: 'info', text: 'reconnecting' }], custom: { a: 1 } };
    engines[1].streams[0].subscriber.next(next);
    expect(panel.notices).toEqual([expect.stringContaining('started again'), 'reconnecting']);
    expect(panel.last.data[0].meta.custom).toEqual({ a: 1 });
  });

  it('is told on an empty frame as long as packets hold none', async () => {
    const { host, engines } = hosted();
    const panel = new Panel(host);
    await settle();
    engines[0].trap();
    await settle();
    const errors = [{ message: 'window is "5": the unit is missing', refId: 'A' }];
    const refused = { data: [], key: 'stream-A', state: LoadingState.Error, errors };
    engines[1].streams[0].subscriber.next(refused);
    const notices = [{ severity: 'warning', text: expect.stringContaining('started again') }];
    expect(panel.last).toEqual({ ...refused, data: [{ refId: 'A', fields: [], length: 0, meta: { notices } }] });
  });

  it('is told once, however often it happens', async () => {
    const { host, engines } = hosted();
    const panel = new Panel(host);
    await settle();
    engines[0].trap();
    await settle();
    engines[1].trap();
    await settle();
    engines[2].emit(1);
    expect(panel.notices).toHaveLength(1);
  });

  it('says nothing on panels that come later', async () => {
    const { host, engines } = hosted();
    new Panel(host);
    await settle();
    engines[0].trap();
    await settle();
    const later = new Panel(host);
    await settle();
    engines[1].emit(1);
    expect(later.notices).toEqual([]);
  });

  it('on one query ends that query alone', async () => {
    const { host, engines } = hosted((engine) => {
      let calls = 0;
      engine.onCall = (name) => (name === 'query' && ++calls === 2 ? trap() : undefined);
    });
    const healthy = new Panel(host);
    const culprit = new Panel(host);
    await settle();
    await settle();
    expect(culprit.last.errors?.[0].message).toBe("Freshet's engine failed on this query: unreachable.");
    expect(culprit.completed).toBe(true);
    expect(engines).toHaveLength(2);
    engines[1].emit(5);
    expect(healthy.last.data[0].fields[0].values).toEqual([5]);
  });

  it('while a panel leaves does not reach the panel', async () => {
    const { host, engines } = hosted((engine, index) => {
      engine.onCall = (name) => (name === 'unsubscribe' && index === 0 ? trap() : undefined);
    });
    const [leaving, staying] = [new Panel(host), new Panel(host)];
    await settle();
    leaving.leave();
    await settle();
    engines[1].emit(6);
    expect(staying.last.data[0].fields[0].values).toEqual([6]);
  });

  it('serves a query that comes while the engine is being replaced, once', async () => {
    const { host, engines } = hosted();
    new Panel(host);
    await settle();
    engines[0].trap();
    new Panel(host);
    await settle();
    expect(engines).toHaveLength(2);
    expect(engines[1].streams).toHaveLength(2);
  });

  it('says so when the connections of the dead engine stay open, also when the next one is closed', async () => {
    const { host, engines } = hosted((engine, index) => {
      engine.onCall = (name) => (name === 'abandon' && index === 0 ? trap() : undefined);
    });
    const panel = new Panel(host);
    for (const stops of [0, 1]) {
      await settle();
      engines[stops].trap();
      await settle();
      engines[stops + 1].emit(1);
      expect(panel.notices).toEqual([expect.stringMatching(/Rows received before that are gone\. Connections of/)]);
      expect(panel.notices[0]).toMatch(UNCLOSED);
    }
  });

  it('of an instance that was replaced is not laid at the door of its successor', async () => {
    const { host, engines } = hosted();
    new Panel(host);
    await settle();
    for (let late = 0; late <= MAX_RESTARTS; late += 1) {
      engines[0].trap();
      await settle();
    }
    expect(engines).toHaveLength(2);
    expect(engines[1].abandoned).toBe(0);
  });

  it('before the engine is in use is a failure to load it', async () => {
    const { host, engines } = hosted((engine, index) => {
      if (index === 0) {
        engine.trap();
      }
    });
    const panel = new Panel(host);
    await settle();
    expect(panel.last.errors?.[0].message).toMatch(/^Freshet's engine could not be loaded: unreachable\./);
    const next = new Panel(host);
    await settle();
    engines[1].emit(1);
    expect(next.packets).toEqual([packet(1)]);
  });

  it('after a fresh engine that cannot be loaded is an error that the next query gets past', async () => {
    const { host, load, engines } = hosted();
    const panel = new Panel(host);
    await settle();
    engines[0].emit(1);
    load.mockRejectedValueOnce(new Error('no memory left'));
    engines[0].trap();
    await settle();
    // Under the key the panel already holds, so that the error takes the place of the frames.
    expect(panel.last).toMatchObject({ key: 'stream-A', state: LoadingState.Error });
    expect(panel.completed).toBe(true);
    const next = new Panel(host);
    await settle();
    engines[1].emit(2);
    expect(next.packets).toEqual([packet(2)]);
  });
});

describe('an engine that keeps stopping', () => {
  async function stopRepeatedly(prepare?: Parameters<typeof hosted>[0]) {
    const { host, engines, load } = hosted(prepare);
    const panel = new Panel(host);
    await settle();
    engines[0].emit(0);
    for (let stops = 0; stops <= MAX_RESTARTS; stops += 1) {
      engines[stops].trap();
      await settle();
    }
    return { host, engines, load, panel };
  }

  it('rests, and says until when', async () => {
    const { engines, panel } = await stopRepeatedly();
    expect(engines).toHaveLength(1 + MAX_RESTARTS);
    expect(panel.last.state).toBe(LoadingState.Error);
    expect(panel.last.errors?.[0].message).toMatch(
      /^Freshet's engine stopped 4 times within 10 minutes, last because of: unreachable\. It will be started again at .+\.$/
    );
    expect(panel.completed).toBe(false);
  });

  it.each([0, MAX_RESTARTS])('says while it rests that the connections of instance %i stay open', async (unclosed) => {
    const { panel } = await stopRepeatedly((engine, index) => {
      engine.onCall = (name) => (name === 'abandon' && index === unclosed ? trap() : undefined);
    });
    const message = panel.last.errors?.[0].message;
    expect(message).toMatch(/^Freshet's engine stopped 4 times .+ It will be started again at .+\. Connections of/);
    expect(message).toMatch(UNCLOSED);
  });

  it('starts again by itself when the rest is over', async () => {
    const { engines, panel } = await stopRepeatedly();
    await jest.advanceTimersByTimeAsync(RESTART_WINDOW_MS);
    expect(engines).toHaveLength(2 + MAX_RESTARTS);
    expect(panel.last).toEqual({ data: [], key: 'stream-A', state: LoadingState.Streaming });
    engines[engines.length - 1].emit(9);
    expect(panel.last.data[0].fields[0].values).toEqual([9]);
  });

  it('keeps new panels waiting, but not those who wait for an end', async () => {
    const { host, engines } = await stopRepeatedly();
    const stream = new Panel(host);
    const finite = new Panel(host, request({ finite: true }));
    const mixed = new Panel(host, request({ requestId: 'mixed-0-Q1' }));
    await settle();
    expect([stream, finite, mixed].map(({ last }) => last.state)).toEqual(Array(3).fill(LoadingState.Error));
    expect([stream, finite, mixed].map(({ completed }) => completed)).toEqual([false, true, true]);
    await jest.advanceTimersByTimeAsync(RESTART_WINDOW_MS);
    expect(engines[engines.length - 1].streams).toHaveLength(2);
    // The error stood under a key of the host's own, which the engine's packets would not replace.
    expect(stream.last).toEqual({ data: [], key: 'freshet-A', state: LoadingState.Streaming });
  });

  it('is forgiven stops that lie further apart', async () => {
    const { host, engines } = hosted();
    new Panel(host);
    await settle();
    for (let stops = 0; stops < 2 * MAX_RESTARTS; stops += 1) {
      engines[stops].trap();
      await jest.advanceTimersByTimeAsync(RESTART_WINDOW_MS / 2);
    }
    expect(engines).toHaveLength(1 + 2 * MAX_RESTARTS);
  });
});
