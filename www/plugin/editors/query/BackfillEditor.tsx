import { Stack } from '@grafana/ui';
import React, { useState } from 'react';

import type { Backfill } from '../../types';
import { DATA_FORMATS } from '../choices';
import { FieldsEditor } from './FieldsEditor';
import { OtherSourceEditor } from './OtherSourceEditor';
import { SelectField } from '../controls/SelectField';
import { TextField } from '../controls/TextField';

interface BackfillEditorProps {
  backfill: Backfill | undefined;
  /** A finished change: it is stored and runs the query. */
  onChange: (backfill: Backfill | undefined) => void;
  /** A change that is only stored, since the editor of another data source says itself when to run. */
  onEdit: (backfill: Backfill) => void;
  onRun: () => void;
}

type Place = 'url' | 'datasource';

/** Where the rows before the first message come from. With neither a URL nor a data source there is no history. */
export function BackfillEditor({ backfill, onChange, onEdit, onRun }: BackfillEditorProps) {
  const stored = placeOf(backfill);
  const [chosen, choose] = useState<Place>('url');
  const place = stored ?? chosen;
  const changePlace = (next: Place) => {
    choose(next);
    if (stored !== undefined && stored !== next) {
      onChange(undefined);
    }
  };
  return (
    <Stack direction="column" gap={0.5}>
      <SelectField<Place>
        label="History from"
        tooltip="Where the rows before the first message come from: an address of the feed, or another data source of this Grafana."
        width={24}
        options={[
          { label: 'URL', value: 'url' },
          { label: 'Another data source', value: 'datasource' },
        ]}
        value={place}
        onChange={changePlace}
      />
      {place === 'url' ? (
        <UrlEditor backfill={backfill} onChange={onChange} />
      ) : (
        <OtherSourceEditor backfill={backfill} onChange={onChange} onEdit={onEdit} onRun={onRun} />
      )}
    </Stack>
  );
}

function placeOf(backfill: Backfill | undefined): Place | undefined {
  if (backfill?.datasource) {
    return 'datasource';
  }
  return backfill?.url === undefined ? undefined : 'url';
}

function UrlEditor({ backfill, onChange }: Pick<BackfillEditorProps, 'backfill' | 'onChange'>) {
  return (
    <>
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
    </>
  );
}
