import { type DataFrame, type DataQueryResponse, LoadingState, type QueryResultMetaNotice } from '@grafana/data';
import type { Subscriber } from 'rxjs';

import type { Engine, EngineRequest, Source } from './types';

/** One subscription of a panel. It outlives the instance of the engine that serves it. */
export class RunningQuery {
  private inner?: { unsubscribe(): void };
  /** The keys under which the panel holds packets of this query, with the target each belongs to. */
  private readonly keys = new Map<string, string | undefined>();
  private readonly failedKeys = new Set<string>();
  private notice?: QueryResultMetaNotice;
  /** Rises with every instance, so that what a replaced one still says goes unheard. */
  private turn = 0;

  /** Whether the consumer waits for an end (Mixed, query variables) instead of a stream. */
  readonly finite: boolean;
  private readonly request: EngineRequest;

  constructor(
    request: EngineRequest,
    private readonly source: Source,
    private readonly panel: Subscriber<DataQueryResponse>
  ) {
    // Mixed names its sub-requests so and waits for each to complete (grafana#28981).
    this.finite = request.finite === true || (request.requestId ?? '').startsWith('mixed-');
    this.request = { ...request, finite: this.finite, targets: request.targets.filter(({ hide }) => !hide) };
  }

  /** Whether an instance of the engine serves it. */
  get attached(): boolean {
    return this.inner !== undefined;
  }

  /** Runs the query on an instance of the engine. Throws what the engine throws, traps above all. */
  start(engine: Engine): void {
    this.clearFailures();
    const turn = ++this.turn;
    const current = () => turn === this.turn;
    const inner = engine.query(this.request, this.source).subscribe({
      next: (packet) => current() && this.relay(packet),
      error: (error) => current() && this.panel.error(error),
      complete: () => current() && this.panel.complete(),
    });
    if (current() && !this.panel.closed) {
      this.inner = inner;
    } else {
      inner.unsubscribe();
    }
  }

  /** Ends the query in the engine. Throws what the engine throws. */
  stop(): void {
    const inner = this.inner;
    this.detach();
    inner?.unsubscribe();
  }

  /** Lets go of an instance that can no longer be called. */
  detach(): void {
    this.turn += 1;
    this.inner = undefined;
  }

  /** Says something on the panel, in place of what was said before, for as long as this query runs. */
  tell(text: string): void {
    this.notice = { severity: 'warning', text };
  }

  /** Shows an error on the panel, for every target, until the query is started again. */
  fail(message: string): void {
    const keys = this.keys.size > 0 ? [...this.keys] : ownKeys(this.request);
    for (const [key, refId] of keys) {
      const error = { message, refId };
      this.failedKeys.add(key);
      this.panel.next({ data: [], key, state: LoadingState.Error, error, errors: [error] });
    }
  }

  complete(): void {
    this.panel.complete();
  }

  private relay(packet: DataQueryResponse): void {
    if (packet.key !== undefined) {
      this.keys.set(packet.key, refIdOf(packet));
    }
    this.panel.next(this.notice ? withNotice(packet, this.notice) : packet);
  }

  // Grafana holds the last packet of every key, and one of them in error makes the whole panel an error.
  private clearFailures(): void {
    for (const key of this.failedKeys) {
      this.panel.next({ data: [], key, state: LoadingState.Streaming });
    }
    this.failedKeys.clear();
  }
}

/** Keys for packets of the page's own, before the engine has given any: one for each target, and at least one. */
function ownKeys({ targets }: EngineRequest): Array<[key: string, refId: string | undefined]> {
  return targets.length > 0 ? targets.map(({ refId }) => [`freshet-${refId}`, refId]) : [['freshet', undefined]];
}

function refIdOf({ data, errors }: DataQueryResponse): string | undefined {
  return data[0]?.refId ?? errors?.[0]?.refId;
}

/** The packet with a notice on its first frame; a packet without frames is given an empty one, so that a panel that shows nothing can say why. */
function withNotice(packet: DataQueryResponse, notice: QueryResultMetaNotice): DataQueryResponse {
  const empty: DataFrame = { refId: refIdOf(packet), fields: [], length: 0 };
  const [first = empty, ...rest] = packet.data;
  const meta = { ...first.meta, notices: [notice, ...(first.meta?.notices ?? [])] };
  return { ...packet, data: [{ ...first, meta }, ...rest] };
}
