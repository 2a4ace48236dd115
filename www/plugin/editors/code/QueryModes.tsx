import type { ScopedVars } from '@grafana/data';
import { Alert, Button, ClipboardButton, RadioButtonGroup, Stack } from '@grafana/ui';
import React, { type ReactNode, useState } from 'react';

import type { StreamQuery } from '../../types';
import { EDITOR_MODES } from '../choices';
import { lazily } from '../controls/lazily';
import type { Checker } from '../controls/optionProblems';
import { textOf } from './ownText';
import { PasteButton } from './PasteButton';

interface QueryModesProps {
  query: StreamQuery;
  onChange: (query: StreamQuery) => void;
  onRunQuery: () => void;
  checker: Checker;
  scopedVars?: ScopedVars;
  /** The builder. */
  children: ReactNode;
}

const JsonEditor = lazily(async () => (await import('./JsonEditor')).JsonEditor);

/** A text that somebody has written, and the text of the query that it was made from or has become. */
interface Draft {
  text: string;
  of: string;
}

/** A query in the builder or as text, with the buttons that copy and paste it. */
export function QueryModes({ query, onChange, onRunQuery, checker, scopedVars, children }: QueryModesProps) {
  const { editorMode = 'builder' } = query;
  const [draft, setDraft] = useState<Draft>();
  const stored = textOf(query);
  // As long as the query is the one that the text was written for, the text stays as it was written.
  const text = draft?.of === stored ? draft.text : stored;
  const store = (next: StreamQuery) => {
    onChange(next);
    onRunQuery();
  };
  const commit = (next: StreamQuery, written: string) => {
    setDraft({ text: written, of: textOf(next) });
    if (textOf(next) !== stored) {
      store(next);
    }
  };
  return (
    <Stack direction="column" gap={1}>
      <Stack direction="row" gap={1} wrap="wrap" alignItems="center">
        <RadioButtonGroup
          aria-label="Editor"
          size="sm"
          options={EDITOR_MODES}
          value={editorMode}
          onChange={(mode) => onChange({ ...query, editorMode: mode })}
        />
        <ClipboardButton type="button" size="sm" variant="secondary" icon="copy" getText={() => stored}>
          Copy query
        </ClipboardButton>
        <PasteButton query={query} onPaste={store} />
      </Stack>
      {editorMode === 'code' ? (
        <JsonEditor
          query={query}
          text={text}
          onType={(typed) => setDraft({ text: typed, of: stored })}
          onCommit={commit}
          checker={checker}
          scopedVars={scopedVars}
        />
      ) : (
        <>
          {!isJson(text) && (
            <Alert
              severity="info"
              title="The JSON text of this query is unfinished. The builder shows the query as it was before."
            >
              <Button type="button" size="sm" variant="secondary" onClick={() => setDraft(undefined)}>
                Discard the text
              </Button>
            </Alert>
          )}
          {children}
        </>
      )}
    </Stack>
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
