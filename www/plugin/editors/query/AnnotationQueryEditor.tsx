import type { QueryEditorProps } from '@grafana/data';
import { Stack, Text } from '@grafana/ui';
import React from 'react';

import type { StreamQuery } from '../../types';
import { QueryEditor } from './QueryEditor';

// Grafana's own type of an annotation's editor leaves the data source open.
type Props = QueryEditorProps<any, StreamQuery>;

/** Edits the query of an annotation: a query whose rows are events. */
export function AnnotationQueryEditor(props: Props) {
  return (
    <Stack direction="column" gap={1}>
      <Text color="secondary" variant="bodySmall">
        Each row is an event. Grafana takes its parts from the columns named time, timeEnd, title, text, tags and id, so
        name the fields accordingly. An event needs a time and a text: without columns of those names, the first time
        and the first text are taken. timeEnd, of the type Time, makes it a region; tags are separated by commas.
      </Text>
      <QueryEditor {...props} fixedView />
    </Stack>
  );
}
