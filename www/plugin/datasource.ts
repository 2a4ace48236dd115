import {
  CoreApp,
  type DataQueryResponse,
  DataSourceApi,
  type DataSourceGetTagKeysOptions,
  type DataSourceGetTagValuesOptions,
  type DataSourceInstanceSettings,
  type DataSourceWithQueryModificationSupport,
  type DataSourceWithToggleableQueryFiltersSupport,
  type MetricFindValue,
  type QueryFilterOptions,
  type QueryFixAction,
  type ScopedVars,
  type TestDataSourceResponse,
  type ToggleFilterAction,
  getDefaultTimeRange,
} from '@grafana/data';
import { config, getTemplateSrv } from '@grafana/runtime';
import { lastValueFrom, type Observable, toArray } from 'rxjs';

import { type Access, proxyUrl, sourceUrl, tokenPage } from './address';
import { annotationSupport } from './annotations';
import { defaultQuery, PROBE_TIMEOUT_MS, RECORDING_BYTES } from './defaults';
import { describesProtocol } from './conversation';
import { displayText } from './displayText';
import { engineHost } from './engine';
import type { EngineHost } from './engine/host';
import type {
  DiagnosisReport,
  FeedView,
  OptionError,
  Preview,
  ProtocolParam,
  RecordingProgress,
  ReplayState,
  Source,
  StreamRequest,
  Suggestion,
} from './engine/types';
import { withFilters } from './filters/conditions';
import { hasFilter, MODIFICATIONS, modified, toggled } from './filters/explore';
import { asOptions, asTable, keysIn, LOOK_MS, valuesIn } from './filters/seen';
import { checkHealth, type Diagnose } from './health';
import { historyOf, withHistoryKey } from './history';
import { hasVariable, interpolateQuery } from './interpolate';
import type { FreshetOptions, Preset, StreamQuery, Transport } from './types';
import { migrateQuery, migrateSettings } from './migrate';
import { FreshetVariableSupport } from './variables';
import { viewerTokenLabel } from './viewerToken';

/**
 * Grafana's side of the engine. It holds nothing that lives longer than a call: Grafana drops instances without a
 * word when settings are saved, so sockets and rows belong to the engine and end with the subscriptions.
 */
export class FreshetDataSource
  extends DataSourceApi<StreamQuery, FreshetOptions>
  implements
    DataSourceWithQueryModificationSupport<StreamQuery>,
    DataSourceWithToggleableQueryFiltersSupport<StreamQuery>
{
  /** What it is read over, for the editors. */
  readonly transport: Transport;
  /** The protocol that is spoken there, for the editors. */
  readonly preset: Preset | undefined;
  /** Whether the settings describe a protocol, or change parts of the preset. */
  readonly describesProtocol: boolean;
  /** Whether the protocol makes its own subscribe message, so that queries write none. */
  readonly hasSubscribeMessage: boolean;
  /** What viewers call the token of their own that is asked for, for the editors; undefined when none is. */
  readonly viewerToken: string | undefined;
  private readonly source: Source;
  private readonly access: Access;

  constructor(
    settings: DataSourceInstanceSettings<FreshetOptions>,
    private readonly engine: Pick<EngineHost, 'query' | 'ask'> = engineHost
  ) {
    super(settings);
    this.access = settings.access;
    const stored = migrateSettings(settings.jsonData ?? {});
    this.transport = stored.transport ?? 'websocket';
    this.preset = stored.preset;
    this.describesProtocol = describesProtocol(stored);
    this.hasSubscribeMessage = Boolean(stored.preset ?? stored.subscribe);
    const { token } = stored;
    this.viewerToken = viewerTokenLabel(token);
    const page = {
      protocol: window.location.protocol,
      host: window.location.host,
      subUrl: config.appSubUrl ?? '',
    };
    this.source = {
      uid: settings.uid,
      name: settings.name,
      url: sourceUrl(settings.url ?? '', settings.access, page),
      ...(token && { proxyUrl: proxyUrl(settings.uid, page), tokenPage: tokenPage(settings.type, page) }),
      settings: stored,
    };
    this.variables = new FreshetVariableSupport(this);
    this.annotations = annotationSupport;
  }

  /** The targets as they are stored, but for variables: what is hidden is passed over when they run, what is not filled in by the engine. */
  query(request: StreamRequest): Observable<DataQueryResponse> {
    const targets = request.targets.map((target) => {
      const filtered = withFilters(this.interpolate(target, request.scopedVars), request.filters);
      return withHistoryKey(asked(filtered, request), request);
    });
    return this.engine.query({ ...request, targets, history: historyOf(request) }, this.source);
  }

  /**
   * Every option of a query that the engine cannot use, for the editors. A text in which a variable is left, because only
   * a panel that runs knows it, is not judged.
   */
  async check(query: StreamQuery, scopedVars: ScopedVars = {}): Promise<OptionError[]> {
    const errors = await this.engine.ask('check', this.interpolate(query, scopedVars), this.source);
    return errors.filter(({ value }) => !hasVariable(value));
  }

  /** What queries say to the protocol of the data source in `params`; none when its settings cannot be used. */
  async askedParams(): Promise<ProtocolParam[]> {
    const { params } = await this.engine.ask('describe', this.source.settings);
    return params;
  }

  /**
   * What the connection that a query reads has delivered lately, with the newest `messages` of its messages. Opens no
   * connection: `state` is `none` when nothing reads the feed.
   */
  look(query: StreamQuery, scopedVars: ScopedVars, messages: number): Promise<FeedView> {
    return this.engine.ask('look', this.source, this.interpolate(query, scopedVars), messages);
  }

  /** A query with nothing set reads the feed as it is, so only hidden ones are left out. */
  override filterQuery(query: StreamQuery): boolean {
    return !query.hide;
  }

  override getDefaultQuery(): Partial<StreamQuery> {
    return { ...defaultQuery };
  }

  /** One line for Explore's history. */
  override getQueryDisplayText(query: StreamQuery): string {
    return displayText(migrateQuery(query), this.source.url);
  }

  /** For queries that leave the dashboard and its variables, on their way to Explore. */
  override interpolateVariablesInQueries(queries: StreamQuery[], scopedVars: ScopedVars): StreamQuery[] {
    return queries.map((query) => ({ ...this.interpolate(query, scopedVars), datasource: this.getRef() }));
  }

  testDatasource(): Promise<TestDataSourceResponse> {
    const diagnose: Diagnose = (...input) => this.engine.ask('diagnose', ...input);
    return checkHealth(diagnose, this.source, this.access);
  }

  /** Finds out step by step why a query shows nothing; `tell` hears of every step. Rejects when the signal is aborted. */
  diagnose(
    query: StreamQuery,
    scopedVars: ScopedVars,
    tell: (report: DiagnosisReport) => void,
    signal: AbortSignal
  ): Promise<DiagnosisReport> {
    const target = this.interpolate(query, scopedVars);
    return this.engine.ask('diagnose', this.source, target, PROBE_TIMEOUT_MS, tell, signal);
  }

  /**
   * What a query makes of the messages that its connection has kept, the newest `rows` rows. Rejects with a sentence when
   * the query cannot be used.
   */
  preview(query: StreamQuery, scopedVars: ScopedVars, rows: number): Promise<Preview> {
    return this.engine.ask('preview', this.source, this.interpolate(query, scopedVars), rows);
  }

  /**
   * A query that would show what its connection has delivered, with why. What the query says of the connection and the
   * format counts, the rest of it does not.
   */
  suggest(query: StreamQuery, scopedVars: ScopedVars): Promise<Suggestion> {
    return this.engine.ask('suggest', this.source, this.interpolate(query, scopedVars));
  }

  /**
   * Records what a query reads until the signal is aborted or the recording is full, over the connection that is open;
   * `tell` hears how far it is. The file, NDJSON.
   */
  record(
    query: StreamQuery,
    scopedVars: ScopedVars,
    tell: (progress: RecordingProgress) => void,
    signal: AbortSignal
  ): Promise<string> {
    const target = this.interpolate(query, scopedVars);
    return this.engine.ask('record', this.source, target, RECORDING_BYTES, tell, signal);
  }

  /**
   * Has a recording stand in for what a query reads, on this page; without a file the one that is on begins again.
   * Rejects with a sentence when the file is none. What runs the query from now on reads it.
   */
  replay(
    query: StreamQuery,
    scopedVars: ScopedVars,
    speed: number,
    file?: { name: string; text: string }
  ): Promise<void> {
    return this.engine.ask('replay', this.source, this.interpolate(query, scopedVars), speed, file);
  }

  /** The recording that stands in for what a query reads, and how far it is; undefined where none does. */
  replayed(query: StreamQuery, scopedVars: ScopedVars): Promise<ReplayState | undefined> {
    return this.engine.ask('replayed', this.source, this.interpolate(query, scopedVars));
  }

  /** Ends that: what runs the query from now on reads the feed. */
  stopReplay(query: StreamQuery, scopedVars: ScopedVars): Promise<void> {
    return this.engine.ask('stopReplay', this.source, this.interpolate(query, scopedVars));
  }

  /** What ad hoc filters can name: the columns of the dashboard's queries, from what was seen of their feeds. */
  override async getTagKeys({ queries }: Partial<DataSourceGetTagKeysOptions<StreamQuery>> = {}): Promise<
    MetricFindValue[]
  > {
    const packets = await this.seen(queries);
    return asOptions(packets.flatMap(keysIn));
  }

  /** The values of such a column that were seen. */
  override async getTagValues({
    key,
    queries,
  }: DataSourceGetTagValuesOptions<StreamQuery>): Promise<MetricFindValue[]> {
    const packets = await this.seen(queries);
    return asOptions(packets.flatMap((packet) => valuesIn(packet, key)));
  }

  /** For Explore's buttons beside the values of a log line. */
  override modifyQuery(query: StreamQuery, action: QueryFixAction): StreamQuery {
    return modified(query, action);
  }

  getSupportedQueryModifications(): string[] {
    return MODIFICATIONS;
  }

  toggleQueryFilter(query: StreamQuery, filter: ToggleFilterAction): StreamQuery {
    return toggled(query, filter);
  }

  queryHasFilter(query: StreamQuery, filter: QueryFilterOptions): boolean {
    return hasFilter(query, filter);
  }

  /** What the queries have seen: a connection that is open has it in its journal, so that this costs no second one. */
  private seen(queries: StreamQuery[] = []): Promise<DataQueryResponse[]> {
    const own = queries.filter(({ datasource, hide }) => !hide && (!datasource || datasource.uid === this.uid));
    const targets = own.map((query, index) => ({ ...this.interpolate(asTable(query), {}), refId: `seen${index}` }));
    if (targets.length === 0) {
      return Promise.resolve([]);
    }
    const range = getDefaultTimeRange();
    const request = { requestId: 'freshet-seen', targets, range, finite: true, collectMs: LOOK_MS };
    const packets = this.engine.query(request, this.source);
    return lastValueFrom(packets.pipe(toArray()));
  }

  private interpolate(query: StreamQuery, scopedVars: ScopedVars): StreamQuery {
    return interpolateQuery(migrateQuery(query), (text) => getTemplateSrv().replace(text, scopedVars));
  }
}

/** Explore's live mode shows lines of logs, so a query that asks for no other shape is given that one. */
function asked(query: StreamQuery, { app, liveStreaming }: StreamRequest): StreamQuery {
  return app === CoreApp.Explore && liveStreaming && !query.view ? { ...query, view: 'logs' } : query;
}
