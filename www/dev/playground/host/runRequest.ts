import {
  LoadingState,
  dateMath,
  toDataFrame,
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceApi,
  type PanelData,
  type TimeRange,
} from '@grafana/data';
import { toDataQueryError } from '@grafana/runtime';
import { catchError, from, map, merge, of, share, takeUntil, timer, type Observable } from 'rxjs';

/** How long Grafana waits before it shows that a query is loading. */
const loadingAfterMs = 200;

/** While data streams in, a relative range slides along; otherwise the panel keeps the range it asked for. */
function rangeNow(request: DataQueryRequest, state: LoadingState): TimeRange {
  const { range } = request;
  if (state !== LoadingState.Streaming || typeof range.raw.from !== 'string') {
    return range;
  }
  return {
    ...range,
    from: dateMath.toDateTime(range.raw.from, { roundUp: false }) ?? range.from,
    to: dateMath.toDateTime(range.raw.to, { roundUp: true }) ?? range.to,
  };
}

function keyOf(packet: DataQueryResponse): string {
  return packet.key ?? packet.data[0]?.refId ?? 'A';
}

/** What the panel sees: the newest packet of every key, one behind the other. */
function combine(
  packets: Map<string, DataQueryResponse>,
  newest: DataQueryResponse,
  request: DataQueryRequest
): PanelData {
  const stored = [...packets.values()];
  const errors = stored.flatMap(({ error, errors }) => errors ?? (error ? [error] : []));
  const state = errors.length > 0 ? LoadingState.Error : (newest.state ?? LoadingState.Done);
  const hidden = new Set(request.targets.filter(({ hide }) => hide).map(({ refId }) => refId));
  const series: DataFrame[] = stored
    .flatMap(({ data }) => data)
    .filter((frame) => !hidden.has(frame.refId))
    .map((frame) => toDataFrame(frame));
  return {
    state,
    series,
    request,
    timeRange: rangeNow(request, state),
    ...(errors.length > 0 && { error: errors[0], errors }),
  };
}

/**
 * Runs a query as Grafana's core is documented to do it: whatever `query()` returns goes through `from()`, packets
 * replace each other by key, the state is that of the newest packet (Done when it has none), an error in any stored
 * packet makes the panel's state Error, and a Loading state is sent when nothing has come for 200 ms.
 */
export function runRequest(
  dataSource: DataSourceApi,
  request: DataQueryRequest,
  queryFunction?: DataSourceApi['query']
): Observable<PanelData> {
  const empty: PanelData = { state: LoadingState.Loading, series: [], request, timeRange: request.range };
  const targets = request.targets.filter((target) => dataSource.filterQuery?.(target) ?? true);
  if (targets.length === 0) {
    return of({ ...empty, state: LoadingState.Done });
  }
  const query = queryFunction ?? dataSource.query.bind(dataSource);
  const packets = new Map<string, DataQueryResponse>();
  let latest = empty;

  const data = from(query({ ...request, targets })).pipe(
    map((packet) => {
      packets.set(keyOf(packet), packet);
      latest = combine(packets, packet, request);
      return latest;
    }),
    catchError((error) => {
      const cause = toDataQueryError(error);
      return of({ ...latest, state: LoadingState.Error, error: cause, errors: [cause] });
    }),
    share()
  );
  const loading = timer(loadingAfterMs).pipe(
    map(() => ({ ...latest, state: LoadingState.Loading })),
    takeUntil(data)
  );
  return merge(loading, data);
}
