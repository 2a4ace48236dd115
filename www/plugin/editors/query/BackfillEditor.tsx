import { Stack } from '@grafana/ui';
import React from 'react';

import type { Backfill } from '../../types';
import { DATA_FORMATS } from '../choices';
import { FieldsEditor } from './FieldsEditor';
import { SelectField } from '../controls/SelectField';
import { TextField } from '../controls/TextField';

interface BackfillEditorProps {
  backfill: Backfill | undefined;
  onChange: (backfill: Backfill | undefined) => void;
}

/** Where the rows before the first message come from. Without a URL there is no history. */
export function BackfillEditor({ backfill, onChange }: BackfillEditorProps) {
  return (
    <Stack direction="column" gap={0.5}>
      <TextField
        label="History URL"
        tooltip="Fetched over HTTP before the first packet, and merged with what the feed sends; a row in both is shown once. Relative to the data source's URL. Variables are replaced. Empty: no history."
        value={backfill?.url}
        placeholder="/history?count=500"
        option="backfill.url"
        onCommit={(url) => onChange(url === undefined ? undefined : { ...backfill, url })}
      />
      {backfill && (
        <>
          <SelectField
            label="History format"
            tooltip="How the history is decoded. Auto detects the format."
            width={24}
            options={DATA_FORMATS}
            option="backfill.format"
            value={backfill.format ?? 'auto'}
            onChange={(format) => onChange({ ...backfill, format })}
          />
          <FieldsEditor
            option="backfill.fields"
            fields={backfill.fields}
            whenEmpty="The history is read with the same fields as the messages."
            onChange={(fields) => onChange({ ...backfill, fields })}
          />
        </>
      )}
    </Stack>
  );
}
