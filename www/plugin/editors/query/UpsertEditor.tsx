import { Stack } from '@grafana/ui';
import React, { type ReactNode } from 'react';

import { AFTER_RECONNECT } from '../choices';
import { ChoiceField } from '../controls/ChoiceField';
import { ConditionsEditor } from './ConditionsEditor';
import { ListEditor } from '../controls/ListEditor';
import type { PartProps } from './part';
import { missingPath } from '../problems';
import { TextField } from '../controls/TextField';

/** What makes two rows the same row, and when a row goes. */
export function UpsertEditor({ query, change }: PartProps) {
  return (
    <>
      <ListEditor<string>
        items={query.keys}
        noun="key"
        blank=""
        whenEmpty="No key chosen: the fields with the role Label are the key."
        onChange={(keys) => change({ keys })}
        row={(key, position, replace, buttons) => (
          <KeyRow path={key} position={position} onChange={replace} buttons={buttons} />
        )}
      />
      <ConditionsEditor
        option="deleteWhen"
        conditions={query.deleteWhen}
        noun="removal condition"
        caption="A message that meets all of these conditions removes its row."
        whenEmpty="No removal: rows stay until they expire or exceed the capacity."
        onChange={(deleteWhen) => change({ deleteWhen })}
      />
      <ConditionsEditor
        option="clearWhen"
        conditions={query.clearWhen}
        noun="replacement condition"
        caption="A message that meets all of these conditions replaces all rows."
        whenEmpty="No replacement: no message replaces all rows at once."
        onChange={(clearWhen) => change({ clearWhen })}
      />
      <ChoiceField
        label="After a reconnect"
        tooltip="What happens to rows from before a reconnect when new ones arrive. Drop: they are removed. Keep: they stay. Auto drops them if there is a replacement condition."
        options={AFTER_RECONNECT}
        option="dropOnReconnect"
        value={query.dropOnReconnect === undefined ? 'auto' : query.dropOnReconnect ? 'drop' : 'keep'}
        onChange={(next) => change({ dropOnReconnect: next === 'auto' ? undefined : next === 'drop' })}
      />
      <TextField
        label="Expire after"
        tooltip="A row that no message has updated for this long is removed, for example 90s. Empty: rows do not expire. Variables are replaced."
        width={24}
        value={query.expireAfter}
        placeholder="never"
        option="expireAfter"
        onCommit={(expireAfter) => change({ expireAfter })}
      />
    </>
  );
}

interface KeyRowProps {
  path: string;
  position: number;
  onChange: (path: string) => void;
  buttons: ReactNode;
}

function KeyRow({ path, position, onChange, buttons }: KeyRowProps) {
  return (
    <Stack direction="row" gap={0.5} alignItems="flex-start">
      <TextField
        label={`Key ${position}`}
        tooltip="JSONPath to a value that identifies a row, for example $.device. Several keys identify it together."
        width={24}
        value={path}
        isPath
        placeholder="$.device"
        option={`keys[${position - 1}]`}
        problem={(text) => missingPath(text, 'key')}
        onCommit={(next) => onChange(next ?? '')}
      />
      {buttons}
    </Stack>
  );
}
