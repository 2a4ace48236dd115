import type { DataQueryResponse } from '@grafana/data';
import { Observable } from 'rxjs';

import type { Answer, ConnectionStatus, Engine, EngineRequest, Input, Question, Source } from './types';
import { RunningQuery } from './runningQuery';
import { messageOf, trapIn } from './trap';

/** Restarts allowed within RESTART_WINDOW_MS. An engine that stops more often rests until the oldest has aged out. */
export const MAX_RESTARTS = 3;
export const RESTART_WINDOW_MS = 10 * 60_000;

/** Makes an instance of the engine. `onTrap` hears when that instance traps, wherever it was called from, and of it alone. */
export type Load = (onTrap: (trap: Error) => void) => Promise<Engine>;

/**
 * Keeps one instance of the engine for all data sources: loads it when the first query needs it, and when it traps
 * starts a fresh one and every running query on it again, so that no dashboard freezes.
 */
export class EngineHost {
  private engine?: Engine;
  private loading?: Promise<Engine>;
  private readonly running = new Set<RunningQuery>();
  /** What to tell those who wait for an answer when the engine stops. */
  private readonly asking = new Set<(reason: Error) => void>();
  private restarts: number[] = [];
  /** Stands while a dead instance is being replaced. */
  private replacing?: Promise<void>;
  /** Until when no instance is started, and why. */
  private rest?: { until: number; message: string };
  /** A sentence for the panels once an instance could not close its connections, which then stay. */
  private unclosed = '';

  constructor(private readonly load: Load) {}

  /** The engine's stream for a request, once there is an engine. Cold; unsubscribing ends it in the engine. */
  query(request: EngineRequest, source: Source): Observable<DataQueryResponse> {
    return new Observable((panel) => {
      const query = new RunningQuery(request, source, panel);
      this.running.add(query);
      void this.serve(query);
      return () => {
        this.running.delete(query);
        this.end(query);
      };
    });
  }

  /**
   * Puts a question to the engine, which is loaded for it if need be. Rejects when there is no engine, or when it stops
   * before it has answered.
   */
  async ask<Name extends Question>(name: Name, ...input: Input<Name>): Promise<Answer<Name>> {
    const engine = await this.ready();
    return new Promise((resolve, reject) => {
      const done = () => this.asking.delete(reject);
      this.asking.add(reject);
      const call = engine[name] as (...input: Input<Name>) => Answer<Name> | Promise<Answer<Name>>;
      const run = async () => call(...input);
      run().then(resolve, reject).finally(done);
    });
  }

  /** The sockets the engine holds; none while no engine is loaded. */
  connections(): ConnectionStatus[] {
    return this.engine?.connections() ?? [];
  }

  private ready(): Promise<Engine> {
    if (this.engine) {
      return Promise.resolve(this.engine);
    }
    if (this.replacing) {
      return this.replacing.then(() => this.ready());
    }
    if (this.rest) {
      return Promise.reject(new Error(this.rest.message));
    }
    this.loading ??= this.begin().finally(() => (this.loading = undefined));
    return this.loading;
  }

  private async begin(): Promise<Engine> {
    const instance: { engine?: Engine; trap?: Error } = {};
    const onTrap = (trap: Error) => {
      instance.trap = trap;
      this.stopped(instance.engine, trap);
    };
    try {
      instance.engine = await this.load(onTrap);
      if (instance.trap) {
        throw instance.trap;
      }
      this.engine = instance.engine;
      return this.engine;
    } catch (error) {
      const message = `Freshet's engine could not be loaded: ${messageOf(error)}. The next refresh tries again.`;
      throw new Error(message, { cause: error });
    }
  }

  private async serve(query: RunningQuery): Promise<void> {
    try {
      this.start(query, await this.ready());
    } catch (error) {
      this.refuse(query, messageOf(error));
    }
  }

  // A query that comes while the engine rests waits for it; one whose engine could not be loaded ends,
  // and so does one that somebody awaits the end of.
  private refuse(query: RunningQuery, message: string): void {
    if (!this.running.has(query)) {
      return;
    }
    query.fail(message);
    if (!this.rest || query.finite) {
      query.complete();
    }
  }

  private start(query: RunningQuery, engine: Engine): void {
    // The engine may have stopped, and the query ended or been served by the restart, while this call waited.
    if (engine !== this.engine || query.attached || !this.running.has(query)) {
      return;
    }
    try {
      query.start(engine);
    } catch (error) {
      // Its own call failed, so it would fail again: this query ends here, the others go on.
      query.detach();
      query.fail(`Freshet's engine failed on this query: ${messageOf(error)}.`);
      query.complete();
    }
  }

  // A panel that leaves need not know that the engine trapped meanwhile: the loader has told the host already.
  private end(query: RunningQuery): void {
    try {
      query.stop();
    } catch (error) {
      if (!trapIn(error)) {
        throw error;
      }
    }
  }

  /** The instance is dead: nothing calls it any more but abandon(), and a fresh one takes over. */
  private stopped(dead: Engine | undefined, reason: Error): void {
    // One that traps while it is loaded is not in use yet: begin() fails.
    if (!dead || dead !== this.engine) {
      return;
    }
    this.engine = undefined;
    this.running.forEach((query) => query.detach());
    this.asking.forEach((reject) =>
      reject(new Error(`Freshet's engine stopped: ${reason.message}.`, { cause: reason }))
    );
    // Later, because the call that trapped may still be on the stack below this one.
    this.replacing = new Promise((resolve) => setTimeout(resolve, 0)).then(() => {
      this.replacing = undefined;
      this.replace(dead, reason);
    });
  }

  private replace(dead: Engine, reason: Error): void {
    this.bury(dead);
    const now = Date.now();
    this.restarts = this.restarts.filter((at) => now - at < RESTART_WINDOW_MS);
    if (this.restarts.length >= MAX_RESTARTS) {
      this.takeRest(this.restarts[0] + RESTART_WINDOW_MS, reason);
      return;
    }
    this.restarts.push(now);
    this.tellAll(
      `Freshet's engine stopped at ${clock(now)} (${reason.message}) and was started again. ` +
        `Rows received before that are gone.${this.unclosed}`
    );
    this.serveAll();
  }

  private bury(dead: Engine): void {
    try {
      dead.abandon();
    } catch (error) {
      this.unclosed =
        ` Connections of a stopped engine could not be closed (${messageOf(error)}) ` +
        `and stay open until the page is reloaded.`;
    }
  }

  private takeRest(until: number, reason: Error): void {
    const message =
      `Freshet's engine stopped ${MAX_RESTARTS + 1} times within ${RESTART_WINDOW_MS / 60_000} minutes, last because of: ` +
      `${reason.message}. It will be started again at ${clock(until)}.${this.unclosed}`;
    this.rest = { until, message };
    this.running.forEach((query) => this.refuse(query, message));
    setTimeout(() => {
      this.rest = undefined;
      this.restarts = this.restarts.filter((at) => Date.now() - at < RESTART_WINDOW_MS);
      this.restarts.push(Date.now());
      this.serveAll();
    }, until - Date.now());
  }

  private tellAll(text: string): void {
    this.running.forEach((query) => query.tell(text));
  }

  private serveAll(): void {
    this.running.forEach((query) => void this.serve(query));
  }
}

function clock(at: number): string {
  return new Date(at).toLocaleTimeString();
}
