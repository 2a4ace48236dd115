import type { AnnotationSupport } from '@grafana/data';

import { defaultQuery } from './defaults';
import { AnnotationQueryEditor } from './editors/query/AnnotationQueryEditor';
import type { StreamQuery } from './types';

/**
 * Annotations from a feed: each row is an event. Grafana makes the events from one table with a column per part of an
 * event, so whatever view is stored, the table is what is asked for.
 */
export const annotationSupport: AnnotationSupport<StreamQuery> = {
  getDefaultQuery: () => ({ ...defaultQuery }),
  // With nothing chosen the feed is read as it is, as in a panel.
  prepareQuery: ({ target }) => ({ refId: 'Anno', ...target, view: 'table' }),
  QueryEditor: AnnotationQueryEditor,
};
