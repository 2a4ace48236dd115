// What the tests find in the page: a few words to write them with. Set before any other script; `harness` comes later.
function makeKit() {
  /** The playground's. Of any type, because tests also hand it what is wrong. */
  const harness = () => /** @type {any} */ (window).harness;

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
    return harness().createDataSource({ uid: `feed-${sources}`, url: window.feedUrl, jsonData, ...more });
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

  const noticesOf = (data, refId) => frameOf(data, refId)?.meta?.notices ?? [];

  /** What a panel tells. */
  const notices = (data, refId) => noticesOf(data, refId).map(({ text }) => text);

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
    /** @type {any} */
    latest = undefined;
    completed = false;
    /** @type {string | undefined} */
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

  /** @typedef {{ onValue?: (data: any, reading: Reading) => void } & Record<string, unknown>} ReadOptions for the request */

  /** Reads `targets` the way a panel does: through the documented behaviour of Grafana's runRequest. */
  function read(dataSource, targets, /** @type {ReadOptions} */ { onValue, ...options } = {}) {
    const complete = [targets].flat().map((target) => ({ refId: 'A', ...target }));
    const request = harness().makeRequest(complete, options);
    return new Reading(harness().runRequest(dataSource, request), onValue);
  }

  /** Reads straight from `query()`: its packets as they are. */
  function packets(dataSource, targets, /** @type {ReadOptions} */ { onValue, ...options } = {}) {
    const complete = [targets].flat().map((target) => ({ refId: 'A', ...target }));
    return new Reading(dataSource.query(harness().makeRequest(complete, options)), onValue);
  }

  const isPlain = (value) => typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype;

  /** What is wrong with a value in a field of this type; Grafana's panels and snapshots take nothing else. */
  function faultOf(value, type) {
    if (value === null) {
      return undefined;
    }
    const right = {
      time: () => Number.isFinite(value),
      number: () => typeof value === 'number' && !Number.isNaN(value),
      string: () => typeof value === 'string',
      boolean: () => typeof value === 'boolean',
      other: () => isPlain(value),
    }[type];
    return right?.() ? undefined : `${String(value)} (${typeof value}) in a field of type ${type}`;
  }

  /** What every frame of every packet must be, whatever it shows. */
  class Contract {
    faults = [];
    arrays = new WeakSet();

    check({ key, state, data }) {
      this.expect(typeof key === 'string' && ['Streaming', 'Done', 'Error'].includes(state), `key ${key}, ${state}`);
      this.expect(Array.isArray(data), 'data is no array');
      data.forEach((frame, index) => this.checkFrame(frame, index));
    }

    checkFrame({ refId, fields, length, meta }, index) {
      this.expect(typeof refId === 'string', 'a frame without refId');
      this.expect(typeof meta?.preferredVisualisationType === 'string', 'no preferredVisualisationType');
      for (const list of ['notices', 'stats']) {
        this.expect(meta[list] === undefined || (index === 0 && meta[list].length > 0), `${list} of frame ${index}`);
      }
      fields.forEach((each) => this.checkField(each, length));
    }

    checkField({ name, type, labels, config, values }, length) {
      this.expect(
        Array.isArray(values) && Object.getPrototypeOf(values) === Array.prototype,
        `${name}: no plain array`
      );
      this.expect(values.length === length, `${name}: ${values.length} values in a frame of ${length}`);
      this.expect(!this.arrays.has(values), `${name}: the array of another field or packet`);
      this.arrays.add(values);
      this.expect(isPlain(config), `${name}: config`);
      this.expect(labels === undefined || isPlain(labels), `${name}: labels`);
      const wrong = Object.values(labels ?? {}).find((label) => typeof label !== 'string');
      this.expect(wrong === undefined, `${name}: the label ${String(wrong)}`);
      const fault = values.map((value) => faultOf(value, type)).find(Boolean);
      this.expect(fault === undefined, `${name}: ${fault}`);
    }

    expect(holds, fault) {
      if (!holds) {
        this.faults.push(fault);
      }
    }
  }

  /** The newest packets of a query, each held against the contract; what is shown is a copy for the test's own process. */
  class Watch {
    contract = new Contract();
    newest = new Map();

    constructor(dataSource, targets, options) {
      const onValue = (packet) => {
        this.contract.check(packet);
        this.newest.set(packet.key, packet);
      };
      this.reading = packets(dataSource, targets, { onValue, ...options });
    }

    shown() {
      const all = [...this.newest.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, packet]) => packet);
      const frames = all.flatMap(({ data }) => data);
      return {
        frames,
        notices: frames.flatMap(({ meta }) => meta.notices ?? []),
        states: all.map(({ state }) => state),
        errors: all.flatMap(({ errors = [] }) => errors),
        packets: this.reading.count,
        completed: this.reading.completed,
        faults: this.contract.faults,
      };
    }
  }

  const watch = (dataSource, targets, options) => new Watch(dataSource, targets, options);

  /** Puts a dashboard on the page; see the playground's harness. */
  function mount(options) {
    const board = harness().mountDashboard(options);
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

  return {
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
    watch,
    follow,
    rows,
    values,
    field,
    length,
    notices,
    stat,
    collectGarbage,
    get harness() {
      return harness();
    },
    /** What one step of a test leaves for the next. @type {any} */
    shelf: {},
  };
}

window.kit = makeKit();
