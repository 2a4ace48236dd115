// What runs in the page of the soak: panels that look at every packet they are given. Sent there as text.

/** Opens the panels of one feed. Each looks at the rows of every packet: what is missing, and what stands twice. */
export async function openPanels({ source, read, shelf, field }, name, url, settings, target, count) {
  shelf.watches ??= {};
  /** @param {object} watch @param {number[]} values */
  const look = (watch, values) => {
    if (values.length === 0) {
      return;
    }
    let at = values.length;
    while (at > 0 && values[at - 1] > watch.last) {
      at -= 1;
    }
    for (const value of values.slice(at)) {
      if (watch.last >= 0 && value !== watch.last + 1) {
        (value > watch.last ? watch.gaps : watch.wrong).push([watch.last + 1, value]);
      }
      watch.last = value;
      watch.rows += 1;
    }
  };
  const dataSource = await source(settings, { url, uid: name });
  shelf.watches[name] = Array.from({ length: count }, (_, index) => {
    const watch = { last: -1, rows: 0, packets: 0, gaps: [], wrong: [], said: {} };
    const onValue = (data) => {
      watch.packets += 1;
      look(watch, field(data, 'value')?.values ?? []);
      for (const { text } of data.series[0]?.meta?.notices ?? []) {
        const kind = text.replaceAll(/\d+/g, 'N').slice(0, 80);
        watch.said[kind] = (watch.said[kind] ?? 0) + 1;
      }
    };
    // Of different sizes, so that the panels do not share their rows.
    read(dataSource, { ...target, capacity: 10_000 + 1_000 * index }, { onValue });
    return watch;
  });
}

/** Waits until all panels of a feed have this value. */
export async function waitForAll({ until, shelf }, name, value) {
  await until(() => shelf.watches[name].every(({ last }) => last >= value), `the value ${value} of ${name}`, 60_000);
}

/** What the page takes, in bytes, after a collection of garbage. */
export async function memory({ collectGarbage, shelf }) {
  await collectGarbage();
  const engine = shelf.instances.reduce((sum, { exports }) => sum + exports.memory.buffer.byteLength, 0);
  return { heap: performance.memory.usedJSHeapSize, engine };
}

/** What the panels have seen, and what went wrong on the page. */
export function report({ shelf }) {
  return { watches: shelf.watches, errors: window.soakErrors };
}

/** Runs before any other script: nothing that goes wrong unseen stays unseen. */
export function catchErrors() {
  window.soakErrors = [];
  window.addEventListener('error', ({ message, error }) => window.soakErrors.push(error?.stack ?? message));
  window.addEventListener('unhandledrejection', ({ reason }) =>
    window.soakErrors.push(reason?.stack ?? String(reason))
  );
}
