// A history that another data source has. When it is asked for, and what becomes of the answer, the engine decides; here
// the question is put.
import {
  type DataQuery,
  type DataQueryResponse,
  type DataSourceApi,
  LoadingState,
  rangeUtil,
  type ScopedVars,
  type TimeRange,
} from '@grafana/data';
import { getDataSourceSrv, getTemplateSrv, toDataQueryError } from '@grafana/runtime';
import { EMPTY, from, fromEvent, lastValueFrom, reduce, takeUntil, takeWhile } from 'rxjs';

import type { EngineRequest, HistoryTable, StreamRequest } from '../engine/types';
import type { StreamQuery } from '../types';
import { tablesOf } from './tables';

/** What changes with every refresh, and so does not tell one history from another. */
const FLEETING = ['__from', '__to', '__interval', '__interval_ms', '__rate_interval', '__rate_interval_ms', '__range'];

/**
 * The target with what the engine has to know of a history from another data source: which that is, by what name, and
 * what tells this question from others.
 */
export function withHistoryKey(target: StreamQuery, { scopedVars, range }: StreamRequest): StreamQuery {
  const { datasource, query } = target.backfill ?? {};
  if (!datasource) {
    return target;
  }
  const settings = getDataSourceSrv().getInstanceSettings(datasource, scopedVars);
  const { uid, type, name } = settings ?? { ...datasource, name: datasource.uid };
  const fleeting: ScopedVars = Object.fromEntries(FLEETING.map((name) => [name, { text: name, value: name }]));
  const asked = getTemplateSrv().replace(JSON.stringify(query ?? {}), { ...scopedVars, ...fleeting });
  const backfill = { ...target.backfill, datasource: { uid, type, name }, key: `${asked} ${spanOf(range)}` };
  return { ...target, backfill };
}

/** A relative range stays the same while time goes by. */
const spanOf = (range?: TimeRange) => JSON.stringify([range?.raw?.from, range?.raw?.to]);

/** Puts the question of a target to the other data source, as this request would put it. */
export function historyOf(request: StreamRequest): NonNullable<EngineRequest['history']> {
  return async (target, signal) => {
    const { datasource, query } = (target as StreamQuery).backfill ?? {};
    const name = (datasource as { name?: string } | undefined)?.name ?? datasource?.uid ?? '';
    const source = await sourceOf(datasource, name, request.scopedVars);
    const asked = { ...query, refId: target.refId, datasource: source.getRef() };
    if (source.filterQuery && !source.filterQuery(asked)) {
      throw new Error(`the query for ${name} is not filled in. Fill it in under History.`);
    }
    return answerOf(source, name, requestOf(request, asked), signal);
  };
}

async function sourceOf(
  ref: NonNullable<StreamQuery['backfill']>['datasource'],
  name: string,
  scopedVars: ScopedVars
): Promise<DataSourceApi> {
  const source = await getDataSourceSrv()
    .get(ref, scopedVars)
    .catch(() => {
      throw new Error(`the data source ${name} was not found. Choose another one under History.`);
    });
  if (source.meta?.mixed || source.meta?.builtIn) {
    throw new Error(`${name} has no data of its own. Choose another data source under History.`);
  }
  return source;
}

/** `finite` has another Freshet answer once, so that no history goes on for ever. */
function requestOf(request: StreamRequest, asked: DataQuery): StreamRequest {
  return {
    ...request,
    requestId: `${request.requestId}-history-${asked.refId}`,
    range: rangeNow(request),
    targets: [asked],
    liveStreaming: false,
    finite: true,
    startTime: Date.now(),
  };
}

/** Up to now: what came while the connection was opened is in neither the feed nor the range of the panel. */
function rangeNow({ range, timezone }: StreamRequest): TimeRange {
  const isRelative = typeof range.raw?.to === 'string' && range.raw.to.startsWith('now');
  return isRelative ? rangeUtil.convertRawToRange(range.raw, timezone) : range;
}

async function answerOf(
  source: DataSourceApi,
  name: string,
  request: StreamRequest,
  signal?: AbortSignal
): Promise<HistoryTable[]> {
  const failed = (error: unknown) => {
    const { message, data, statusText } = toDataQueryError(error);
    const said = message || data?.message || statusText || 'an error without a message';
    return new Error(`${name} answered: ${said.replace(/\.$/, '')}.`, { cause: error });
  };
  const put = async () => {
    const packets = from(source.query(request)).pipe(
      takeUntil(signal ? fromEvent(signal, 'abort') : EMPTY),
      takeWhile(goesOn, true),
      reduce((all, packet) => all.set(packet.key ?? '', packet), new Map<string, DataQueryResponse>())
    );
    return [...(await lastValueFrom(packets)).values()];
  };
  const packets = await put().catch((error) => {
    throw failed(error);
  });
  const error = packets.flatMap(({ error, errors = [] }) => [error, ...errors]).find(Boolean);
  if (error) {
    throw failed(error);
  }
  return tablesOf(packets.flatMap(({ data }) => data));
}

/** Whether more of the answer is to come. Of a stream what it begins with is taken. */
function goesOn({ state, data }: DataQueryResponse): boolean {
  if (state === LoadingState.Streaming) {
    return data.every(({ length }) => !length);
  }
  return state !== LoadingState.Done && state !== LoadingState.Error;
}
