// What the tests find in the page: a few words to write them with. Set before any other script; `harness` comes later.
(() => {
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  async function until(condition, what, timeoutMs = 15_000) {
    const end = performance.now() + timeoutMs;
    for (;;) {
      const met = await condition();
      if (met) {
        return met;
      }
      if (performance.now() > end) {
        throw new Error(`waited ${timeoutMs} ms for ${what}`);
      }
      await sleep(10);
    }
  }

  let sources = 0;

  /** A data source of its own; `settings` are its jsonData, the rest is as in Grafana. */
  function source(settings = {}, more = {}) {
    sources += 1;
    const jsonData = { lingerMs: 300, ...settings };
    return window.harness.createDataSource({ uid: `feed-${sources}`, url: window.feedUrl, jsonData, ...more });
  }

  const frameOf = (data, refId) =>
    (data?.series ?? data?.data ?? []).find((frame) => refId === undefined || frame.refId === refId);

  const field = (data, name, refId) => frameOf(data, refId)?.fields.find((each) => each.name === name);

  /** Values of a field; none while there is no such field. */
  const values = (data, name = 'value', refId) => [...(field(data, name, refId)?.values ?? [])];

  const length = (data, refId) => frameOf(data, refId)?.length ?? 0;

  /** The rows of a frame as the objects that were sent. */
  function rows(data, refId) {
    const { fields = [], length = 0 } = frameOf(data, refId) ?? {};
    return Array.from({ length }, (_, i) => Object.fromEntries(fields.map(({ name, values }) => [name, values[i]])));
  }

  const notices = (data, refId) => (frameOf(data, refId)?.meta?.notices ?? []).map(({ text }) => text);

  const stat = (data, name, refId) =>
    frameOf(data, refId)?.meta?.stats?.find(({ displayName }) => displayName === name)?.value;

  /** What a test has started and not ended. */
  const open = new Set();

  /** A panel that reads: `latest` is what it has been given last. */
  class Reading {
    count = 0;
    states = [];
    /** When each value came. */
    times = [];
    latest = undefined;
    completed = false;
    error = undefined;

    constructor(observable, onValue) {
      open.add(this);
      this.subscription = observable.subscribe({
        next: (data) => {
          this.count += 1;
          this.times.push(performance.now());
          this.states.push(data.state);
          this.latest = data;
          onValue?.(data, this);
        },
        error: (error) => (this.error = String(error?.message ?? error)),
        complete: () => (this.completed = true),
      });
    }

    stop() {
      open.delete(this);
      this.subscription.unsubscribe();
      return this;
    }
  }

  /** Reads `targets` the way a panel does: through the documented behaviour of Grafana's runRequest. */
  function read(dataSource, targets, { onValue, ...options } = {}) {
    const complete = [targets].flat().map((target) => ({ refId: 'A', ...target }));
    const request = window.harness.makeRequest(complete, options);
    return new Reading(window.harness.runRequest(dataSource, request), onValue);
  }

  /** Reads straight from `query()`: its packets as they are. */
  function packets(dataSource, targets, { onValue, ...options } = {}) {
    const complete = [targets].flat().map((target) => ({ refId: 'A', ...target }));
    return new Reading(dataSource.query(window.harness.makeRequest(complete, options)), onValue);
  }

  /** Puts a dashboard on the page; see the playground's harness. */
  function mount(options) {
    const board = window.harness.mountDashboard(options);
    const entry = { stop: () => board.unmount() };
    open.add(entry);
    return { ...board, unmount: () => open.delete(entry) && board.unmount() };
  }

  /**
   * Everything a dashboard's panel shows from here on, reduced to what history is about. Looked at from outside: a
   * scene object that is put away loses its listeners.
   */
  function follow(board, index, name = 'value') {
    const seen = [];
    let before;
    const look = () => {
      const data = board.data(index);
      const all = values(data, name);
      if (data !== before && all.length > 0) {
        seen.push({ first: all[0], last: all.at(-1), length: all.length });
      }
      before = data;
    };
    const timer = setInterval(look, 5);
    open.add({ stop: () => clearInterval(timer) });
    return seen;
  }

  /** Major collections until what they set free has been reported to the finalizers. */
  async function collectGarbage() {
    for (let round = 0; round < 4; round += 1) {
      await window.gc({ type: 'major', execution: 'async' });
      await sleep(20);
    }
  }

  window.kit = {
    begin(feedUrl) {
      window.feedUrl = feedUrl;
      this.shelf = {};
    },
    end() {
      open.forEach((each) => each.stop());
      open.clear();
    },
    mount,
    sleep,
    until,
    source,
    read,
    packets,
    follow,
    rows,
    values,
    field,
    length,
    notices,
    stat,
    collectGarbage,
    get harness() {
      return window.harness;
    },
    /** What one step of a test leaves for the next. */
    shelf: {},
  };
})();
