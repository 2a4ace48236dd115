import { Alert, Button, TextArea } from '@grafana/ui';
import React, { useState } from 'react';

import { messageOf } from '../../engine/trap';
import { migrateQuery } from '../../migrate';
import type { StreamQuery } from '../../types';
import { textOf, withOwn } from './ownText';

interface PasteButtonProps {
  query: StreamQuery;
  /** Called with the query that takes the place of this one. */
  onPaste: (query: StreamQuery) => void;
}

/** What has come of the last paste. */
type Outcome = { problem: string } | { before: StreamQuery; text: string } | { asks: true };

/** Puts the query that the clipboard holds as text in the place of this one. */
export function PasteButton({ query, onPaste }: PasteButtonProps) {
  const [outcome, setOutcome] = useState<Outcome>();
  const take = async (text: string) => {
    try {
      const next = await pasted(query, text);
      setOutcome({ before: query, text: textOf(next) });
      onPaste(next);
    } catch (error) {
      setOutcome({ problem: messageOf(error) });
    }
  };
  const paste = async () => {
    const text = await clipboardText();
    return text === undefined ? setOutcome({ asks: true }) : take(text);
  };
  const close = () => setOutcome(undefined);
  return (
    <>
      <Button type="button" size="sm" variant="secondary" icon="clipboard-alt" onClick={() => void paste()}>
        Paste query
      </Button>
      {outcome && 'asks' in outcome && (
        <TextArea
          autoFocus
          rows={2}
          aria-label="Query text"
          placeholder="This page may not read the clipboard. Paste the query text here."
          onPaste={(event) => void take(event.clipboardData.getData('text'))}
          onBlur={close}
        />
      )}
      {outcome && 'problem' in outcome && (
        <Alert severity="error" title={`Nothing was pasted. ${outcome.problem}`} onRemove={close} />
      )}
      {outcome && 'before' in outcome && outcome.text === textOf(query) && (
        <Alert severity="success" title="The query was replaced by the one from the clipboard.">
          <Button
            type="button"
            size="sm"
            variant="secondary"
            icon="history"
            onClick={() => {
              close();
              onPaste(outcome.before);
            }}
          >
            Undo
          </Button>
        </Alert>
      )}
    </>
  );
}

/** What the clipboard holds; undefined where the page may not know. Browsers let pages without HTTPS never know. */
async function clipboardText(): Promise<string | undefined> {
  try {
    return await navigator.clipboard.readText();
  } catch {
    return undefined;
  }
}

/** The query with what the text says; throws a sentence when the text is no query. */
async function pasted(query: StreamQuery, text: string): Promise<StreamQuery> {
  const { isOurs, placeIn, readText } = await import('./readText');
  const { own, notes } = readText(text);
  if (!own) {
    const [{ message, from }] = notes;
    const { line, column } = placeIn(text, from);
    throw new Error(`The clipboard does not contain a query: line ${line}, column ${column}: ${message}`);
  }
  const { refId } = query;
  const migrated = migrateQuery({ ...own, refId });
  if (!isOurs({ ...migrated })) {
    throw new Error(
      'The clipboard contains JSON, but not a Freshet query: none of its members is an option of a query.'
    );
  }
  return withOwn(query, migrated);
}
