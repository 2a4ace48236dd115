import {
  CustomVariableSupport,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceApi,
  type ScopedVars,
} from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';
import { map, type Observable, throwError } from 'rxjs';

import { collectDefaults } from '../defaults';
import { durationMs } from '../duration';
import type { Checker } from '../editors/controls/optionProblems';
import { collectForProblem } from '../editors/problems';
import type { StreamRequest } from '../engine/types';
import type { FreshetOptions, StreamQuery, VariableQuery } from '../types';
import { asVariableQuery, streamOf } from './variableQuery';
import { listValues } from './variableValues';
import { VariableQueryEditor } from './VariableQueryEditor';

/** The data source, as far as its variables read it. */
interface Streams {
  query(request: StreamRequest): Observable<DataQueryResponse>;
}

/** Query variables from a feed: the distinct values of a field that are seen within a given time. */
export class FreshetVariableSupport extends CustomVariableSupport<
  DataSourceApi<StreamQuery, FreshetOptions> & Checker,
  VariableQuery,
  StreamQuery,
  FreshetOptions
> {
  editor = VariableQueryEditor;

  constructor(private readonly datasource: Streams) {
    super();
    // Grafana calls this as a bare function.
    this.query = this.query.bind(this);
  }

  /** One answer, with the state Done that the runner of variables waits for. */
  query(request: DataQueryRequest<VariableQuery>): Observable<DataQueryResponse> {
    const query = asVariableQuery(request.targets[0] ?? '');
    if (!query.field?.trim()) {
      return refuse('The variable has no field to list. Choose one by its path, such as $.device.');
    }
    const collectFor = replaced(query.collectFor, request.scopedVars) || collectDefaults.text;
    const collectMs = durationMs(collectFor);
    const problem = collectForProblem(collectFor);
    if (problem !== undefined || collectMs === undefined) {
      return refuse(problem ?? `"${collectFor}" contains a variable that this dashboard does not have.`);
    }
    const targets = [streamOf(query)];
    return this.datasource
      .query({ ...request, targets, finite: true, collectMs })
      .pipe(map((packet) => ({ ...packet, data: [listValues(packet)] })));
  }
}

function replaced(text: string | undefined, scopedVars: ScopedVars): string {
  return getTemplateSrv()
    .replace(text ?? '', scopedVars)
    .trim();
}

function refuse(message: string): Observable<never> {
  return throwError(() => new Error(message));
}
