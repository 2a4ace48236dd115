import { CustomVariableSupport, type DataQueryRequest, type DataQueryResponse } from '@grafana/data';
import type { Observable } from 'rxjs';

import type { FreshetDataSource } from './datasource';
import { QueryEditor } from './editors/QueryEditor';
import type { FreshetOptions, StreamQuery } from './types';

/** Query variables from a feed: their runner waits for an end, so the stream is asked for one answer only. */
export class FreshetVariableSupport extends CustomVariableSupport<
  FreshetDataSource,
  StreamQuery,
  StreamQuery,
  FreshetOptions
> {
  editor = QueryEditor;

  constructor(private readonly datasource: FreshetDataSource) {
    super();
    // Grafana calls this as a bare function.
    this.query = this.query.bind(this);
  }

  query(request: DataQueryRequest<StreamQuery>): Observable<DataQueryResponse> {
    return this.datasource.query({ ...request, finite: true });
  }
}
