import type { DataQueryResponse } from '@grafana/data';

import type { EngineRequest, Source } from '../../plugin/engine/types';
import { EngineHost, type Load } from '../../plugin/engine/host';
import { EngineDouble } from './engineDouble';

export const SOURCE: Source = { uid: 'u', name: 'Feed', url: 'ws://feed', settings: {} };

/** A request for one target, unless told otherwise. */
export function request(part: Partial<EngineRequest> = {}): EngineRequest {
  return { requestId: 'Q1', targets: [{ refId: 'A' }], ...part } as EngineRequest;
}

/** What a panel saw, in order. */
export class Panel {
  packets: DataQueryResponse[] = [];
  completed = false;
  errors: unknown[] = [];
  private readonly subscription: { unsubscribe(): void };

  constructor(host: EngineHost, asked = request()) {
    this.subscription = host.query(asked, SOURCE).subscribe({
      next: (next) => this.packets.push(next),
      error: (error) => this.errors.push(error),
      complete: () => (this.completed = true),
    });
  }

  get last(): DataQueryResponse {
    return this.packets[this.packets.length - 1];
  }

  get notices(): string[] {
    return (this.last.data[0]?.meta?.notices ?? []).map(({ text }: { text: string }) => text);
  }

  leave = () => this.subscription.unsubscribe();
}

/** A host whose engines a test can reach, in the order in which they were loaded. */
export function hosted(prepare: (engine: EngineDouble, index: number) => void = () => undefined) {
  const engines: EngineDouble[] = [];
  const load = jest.fn<ReturnType<Load>, Parameters<Load>>(async (onTrap) => {
    const engine = new EngineDouble(onTrap);
    prepare(engine, engines.length);
    engines.push(engine);
    return engine;
  });
  return { host: new EngineHost(load), engines, load };
}

/** Lets everything happen that is due; with fake timers. */
export const settle = () => jest.advanceTimersByTimeAsync(1);
