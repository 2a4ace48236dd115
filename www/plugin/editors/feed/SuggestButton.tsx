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

/** What a suggestion has done to a query. */
interface Filled {
  before: StreamQuery;
  /** The options that it set. */
  set: Partial<StreamQuery>;
}

/** Fills the query from what was seen, says why, and takes back what nobody has changed since. */
export function SuggestButton({ suggest, query, onChange }: Props) {
  const [done, setDone] = useState<{ filled?: Filled; reasons: string[] }>();
  const apply = async () => {
    try {
      const { query: set, reasons } = await suggest();
      const isNew = Object.keys(set).length > 0;
      setDone({ filled: isNew ? { before: query, set } : undefined, reasons: reasons.map(({ text }) => text) });
      if (isNew) {
        onChange({ ...query, ...set });
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
  const { filled } = done ?? {};
  const back = filled && withoutSuggestion(query, filled);
  const undo = (before: StreamQuery) => {
    close();
    onChange(before);
  };
  return (
    <>
      <Button ref={button} type="button" size="sm" icon="bolt" onClick={() => void apply()}>
        Suggest
      </Button>
      {done && (
        // Below the buttons that it stands among.
        <div style={{ flexBasis: '100%' }}>
          <Alert
            severity="info"
            title={filled ? 'The query was filled in from the messages.' : 'The query stays as it is.'}
            onRemove={close}
          >
            <ul>
              {done.reasons.map((reason) => (
                <li key={reason}>{withNames(reason)}</li>
              ))}
            </ul>
            {back && (
              <Button type="button" size="sm" variant="secondary" icon="history" onClick={() => undo(back)}>
                Undo
              </Button>
            )}
          </Alert>
        </div>
      )}
    </>
  );
}

/**
 * The query with the options as they were before the suggestion; what somebody has changed since stays. Undefined when
 * that is all of it.
 */
function withoutSuggestion(query: StreamQuery, { before, set }: Filled): StreamQuery | undefined {
  const names = Object.keys(set) as Array<keyof StreamQuery>;
  const own = names.filter((name) => JSON.stringify(query[name]) === JSON.stringify(set[name]));
  if (own.length === 0) {
    return undefined;
  }
  const kept = Object.entries(query).filter(([name]) => !own.some((option) => option === name));
  const restored = own.filter((name) => name in before).map((name) => [name, before[name]]);
  return { ...Object.fromEntries(kept), ...Object.fromEntries(restored), refId: query.refId };
}

/** A sentence with its names, which stand between backticks, as code. */
function withNames(sentence: string) {
  return sentence.split('`').map((part, at) => (at % 2 === 0 ? part : <code key={at}>{part}</code>));
}
