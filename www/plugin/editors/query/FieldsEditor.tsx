import React from 'react';

import type { FieldSelector } from '../../types';
import { FieldRow } from './FieldRow';
import { ListEditor } from '../controls/ListEditor';

interface FieldsEditorProps {
  /** The place of the list in the query. */
  option: string;
  fields: FieldSelector[] | undefined;
  /** What happens as long as there are none. */
  whenEmpty: string;
  onChange: (fields: FieldSelector[] | undefined) => void;
}

/** The list of fields to read. */
export function FieldsEditor({ option, fields, whenEmpty, onChange }: FieldsEditorProps) {
  return (
    <ListEditor<FieldSelector>
      items={fields}
      noun="field"
      blank={{ path: '' }}
      whenEmpty={whenEmpty}
      onChange={onChange}
      row={(field, position, replace, buttons) => (
        <FieldRow
          field={field}
          option={`${option}[${position - 1}]`}
          position={position}
          onChange={replace}
          buttons={buttons}
        />
      )}
    />
  );
}
