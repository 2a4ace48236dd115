import {
  dateMath,
  dateTime,
  type DataQuery,
  type DataQueryRequest,
  type PanelData,
  type TimeRange,
} from '@grafana/data';
import type { Observable } from 'rxjs';

interface RequestOptions extends Partial<Omit<DataQueryRequest, 'targets' | 'range'>> {
  from?: string;
  to?: string;
}

let requestCount = 0;

/** From texts such as `now-5m`, or ISO 8601. */
export function makeTimeRange(from: string, to: string): TimeRange {
  return {
    from: dateMath.toDateTime(from, { roundUp: false }) ?? dateTime(0),
    to: dateMath.toDateTime(to, { roundUp: true }) ?? dateTime(),
    raw: { from, to },
  };
}

/** A request as a dashboard panel makes it. */
export function makeRequest(
  targets: DataQuery[],
  { from = 'now-5m', to = 'now', ...rest }: RequestOptions = {}
): DataQueryRequest {
  const range = makeTimeRange(from, to);
  requestCount += 1;
  return {
    app: 'dashboard',
    requestId: `H${requestCount}`,
    timezone: 'browser',
    interval: '1s',
    intervalMs: 1000,
    maxDataPoints: 500,
    scopedVars: {},
    startTime: Date.now(),
    range,
    rangeRaw: range.raw,
    targets,
    ...rest,
  };
}

/** Everything that comes within `ms`, or the first `count` values. Unsubscribes at the end. */
export function collect(
  source: Observable<PanelData>,
  { count = Infinity, ms = 5000 }: { count?: number; ms?: number } = {}
): Promise<PanelData[]> {
  return new Promise((resolve, reject) => {
    const received: PanelData[] = [];
    const finish = () => {
      clearTimeout(timeout);
      subscription.unsubscribe();
      resolve(received);
    };
    const timeout = setTimeout(finish, ms);
    const subscription = source.subscribe({
      next: (value) => {
        received.push(value);
        if (received.length >= count) {
          // Not at once: the first value may come while subscribe() has not returned yet.
          queueMicrotask(finish);
        }
      },
      error: (error) => {
        clearTimeout(timeout);
        reject(error);
      },
      complete: () => queueMicrotask(finish),
    });
  });
}
