import type { DataQueryRequest } from '@grafana/data';

import type * as Pkg from '../../../pkg/freshet';
import type { FreshetOptions, StreamQuery } from '../types';

export type {
  ConnectionStatus,
  DiagnosisReport,
  DiagnosisStep,
  EngineRequest,
  FeedKind,
  FeedMessage,
  FeedPlace,
  FeedView,
  HistoryColumn,
  HistoryTable,
  OptionError,
  Preview,
  PreviewRow,
  ProtocolParam,
  RecordingProgress,
  ReplayState,
  SettingsReport,
  Suggestion,
  UnmetPath,
} from '../../../pkg/freshet';

/** A request, with the wish for a single answer that some consumers have, and how long to gather rows for it. */
export type StreamRequest = DataQueryRequest<StreamQuery> & Pick<Pkg.EngineRequest, 'finite' | 'collectMs'>;

/** A data source as the engine is told of it. */
export type Source = Pkg.Source & { settings: FreshetOptions };

/** The calls of the engine that the host page uses: what loads an instance, guards it and stands in for it goes by this list. */
export const CALLS = [
  'query',
  'diagnose',
  'record',
  'replay',
  'replayed',
  'stopReplay',
  'check',
  'describe',
  'look',
  'preview',
  'suggest',
  'connections',
  'abandon',
] as const;

/** What the host page uses of the engine. */
export type Engine = Pick<typeof Pkg, (typeof CALLS)[number]>;

/** The calls that are answered once. */
export type Question = Exclude<keyof Engine, 'query' | 'abandon'>;

/** What a call is given. */
export type Input<Name extends Question> = Parameters<Engine[Name]>;

/** What a call is answered with, now or later. */
export type Answer<Name extends Question> = Awaited<ReturnType<Engine[Name]>>;
