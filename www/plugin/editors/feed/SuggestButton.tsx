import { Alert, Button } from '@grafana/ui';
import React, { useRef, useState } from 'react';

import { messageOf } from '../../engine/trap';
import type { Suggestion } from '../../engine/types';
import type { StreamQuery } from '../../types';

interface Props {
  suggest: () => Promise<Suggestion>;
  query: StreamQuery;
  onChange: (query: StreamQuery) => void;
}

/** Fills the query from what was seen, says why, and takes it back. */
export function SuggestButton({ suggest, query, onChange }: Props) {
  const [done, setDone] = useState<{ before?: StreamQuery; reasons: string[] }>();
  const apply = async () => {
    try {
      const { query: found, reasons } = await suggest();
      const isNew = Object.keys(found).length > 0;
      setDone({ before: isNew ? query : undefined, reasons: reasons.map(({ text }) => text) });
      if (isNew) {
        onChange({ ...query, ...found });
      }
    } catch (error) {
      setDone({ reasons: [`Nothing can be suggested. ${messageOf(error)}`] });
    }
  };
  const button = useRef<HTMLButtonElement>(null);
  // What closes takes the focus with it, which goes back to where it came from.
  const close = () => {
    setDone(undefined);
    button.current?.focus();
  };
  const undo = (before: StreamQuery) => {
    close();
    onChange(before);
  };
  const { before } = done ?? {};
  return (
    <>
      <Button ref={button} type="button" size="sm" icon="bolt" onClick={() => void apply()}>
        Suggest
      </Button>
      {done && (
        <Alert
          severity="info"
          title={before ? 'The query was filled from what was seen.' : 'The query stays as it is.'}
          onRemove={close}
        >
          <ul>
            {done.reasons.map((reason) => (
              <li key={reason}>{withNames(reason)}</li>
            ))}
          </ul>
          {before && (
            <Button type="button" size="sm" variant="secondary" icon="history" onClick={() => undo(before)}>
              Undo
            </Button>
          )}
        </Alert>
      )}
    </>
  );
}

/** A sentence with its names, which stand between backticks, as code. */
function withNames(sentence: string) {
  return sentence.split('`').map((part, at) => (at % 2 === 0 ? part : <code key={at}>{part}</code>));
}
