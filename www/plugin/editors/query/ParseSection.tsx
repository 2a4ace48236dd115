import { Stack } from '@grafana/ui';
import React from 'react';

import { ListEditor } from '../controls/ListEditor';
import { FoldingSection } from '../controls/Section';
import { TextField } from '../controls/TextField';
import { missingPath } from '../problems';
import type { PartProps } from './part';

/** Which texts in a message hold JSON. */
export function ParseSection({ query, change }: PartProps) {
  const paths = query.parse?.filter((path) => path.trim() !== '') ?? [];
  return (
    <FoldingSection title="JSON in texts" summary={paths.join(', ') || 'none'} startsOpen={paths.length > 0}>
      <ListEditor<string>
        items={query.parse}
        noun="text"
        blank=""
        whenEmpty="No text is read as JSON. Add the path of one that is JSON, and paths can continue into it."
        onChange={(parse) => change({ parse })}
        row={(path, position, replace, buttons) => (
          <Stack direction="row" gap={0.5} alignItems="flex-start">
            <TextField
              label={`Text ${position}`}
              tooltip="JSONPath to a text that is JSON, for example $.payload. Then $.payload.temperature is a path too. Variables are replaced."
              width={24}
              value={path}
              isPath
              placeholder="$.payload"
              option={`parse[${position - 1}]`}
              problem={(text) => missingPath(text, 'text')}
              onCommit={(next) => replace(next ?? '')}
            />
            {buttons}
          </Stack>
        )}
      />
    </FoldingSection>
  );
}
