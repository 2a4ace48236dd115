// What tests put into their pages, and what Chromium has there when it is started for them.

interface Window {
  /** The words that a test's functions are written with. */
  kit: object;
  /** The address of the test's feed server. */
  feedUrl: string;
  /** What went wrong on the page of the soak. */
  soakErrors: string[];
  /** What the NATS tests read. */
  mqttRead: (params: any) => any;
  mqttReadings: any[];
  natsReadings: any[];
  /** What the tests of Socket.IO and STOMP read. */
  presetReadings: any[];
  /** How often a message was brought into the engine's memory in either way; see builtins.mjs. */
  textsTaken: { byBuiltins: number; byEncoder: number };
  /** Real rxjs, on the pages of the observable's tests. */
  rxjs: typeof import('rxjs');
  /** es-observable-tests. */
  runSuite(Observable: unknown): Promise<Array<{ name: string; pass: boolean }>>;
  /** Like Math.random, with a seed; see random.mjs. */
  random(): number;
  /** The collector. */
  gc(options: { type: 'major'; execution: 'async' }): Promise<void>;
}

interface Performance {
  memory: { usedJSHeapSize: number };
}
