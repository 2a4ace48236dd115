import { Button, Stack, Text } from '@grafana/ui';
import React from 'react';

import type { FieldSelector } from '../types';
import { FieldRow } from './FieldRow';

interface FieldsEditorProps {
  fields: FieldSelector[] | undefined;
  /** What happens as long as there are none. */
  whenEmpty: string;
  onChange: (fields: FieldSelector[] | undefined) => void;
}

/** The list of fields to read. An empty list is stored as none. */
export function FieldsEditor({ fields = [], whenEmpty, onChange }: FieldsEditorProps) {
  const store = (next: FieldSelector[]) => onChange(next.length === 0 ? undefined : next);
  const replace = (at: number, field: FieldSelector) => store(fields.map((old, i) => (i === at ? field : old)));
  const remove = (at: number) => store(fields.filter((_, i) => i !== at));
  const moveUp = (at: number) =>
    store([...fields.slice(0, at - 1), fields[at], fields[at - 1], ...fields.slice(at + 1)]);
  return (
    <Stack direction="column" gap={0.5} alignItems="flex-start">
      {fields.length === 0 && (
        <Text color="secondary" variant="bodySmall">
          {whenEmpty}
        </Text>
      )}
      {fields.map((field, at) => (
        <FieldRow
          // Rows have no identity but their place; their drafts follow the stored values when rows move.
          key={at}
          field={field}
          position={at + 1}
          onChange={(next) => replace(at, next)}
          onRemove={() => remove(at)}
          onMoveUp={at > 0 ? () => moveUp(at) : undefined}
        />
      ))}
      <Button variant="secondary" size="sm" icon="plus" type="button" onClick={() => store([...fields, { path: '' }])}>
        Add field
      </Button>
    </Stack>
  );
}
