import { Button, InlineField, InlineFieldRow, SecretInput } from '@grafana/ui';
import React, { type KeyboardEvent, useId, useState } from 'react';

import { NARROW } from '../controls/narrow';
import { isTokenKept, keepToken } from '../../viewerToken';
import { LABEL_WIDTH } from '../controls/TextField';

interface TokenFieldProps {
  /** The uid of the data source. */
  uid: string;
  /** What viewers call it. */
  label: string;
}

/** A viewer's own token for a data source. It goes into this browser, and into no query. */
export function TokenField({ uid, label }: TokenFieldProps) {
  const id = useId();
  const [kept, setKept] = useState(() => isTokenKept(uid));
  const [typed, setTyped] = useState('');
  const [refused, setRefused] = useState(false);
  const keep = (token: string | undefined) => {
    const done = keepToken(uid, token);
    setRefused(!done);
    setKept(done && token !== undefined);
    setTyped('');
  };
  const save = () => typed.trim() !== '' && keep(typed.trim());
  return (
    <InlineFieldRow>
      <InlineField
        className={NARROW}
        label={`Your ${label}`}
        tooltip="The data source asks every viewer for one. It is kept in this browser only: not in the dashboard, not in Grafana. Whoever uses this browser uses it."
        labelWidth={LABEL_WIDTH}
        htmlFor={id}
        invalid={refused}
        error={refused ? 'This browser does not store anything for this page. Allow it to store site data.' : undefined}
        grow
      >
        <SecretInput
          id={id}
          isConfigured={kept}
          value={typed}
          placeholder="none in this browser"
          autoComplete="off"
          onReset={() => keep(undefined)}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event: KeyboardEvent) => event.key === 'Enter' && save()}
        />
      </InlineField>
      {!kept && (
        <Button type="button" variant="secondary" disabled={typed.trim() === ''} onClick={save}>
          Save
        </Button>
      )}
    </InlineFieldRow>
  );
}
