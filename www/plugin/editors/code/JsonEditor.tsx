import type { ScopedVars } from '@grafana/data';
import { Button, CodeEditor, type Monaco, type MonacoEditor, Stack, Text } from '@grafana/ui';
import React, { useEffect, useMemo, useRef, useState } from 'react';

import type { StreamQuery } from '../../types';
import { type Checker, useCheck } from '../controls/optionProblems';
import { offerCompletion } from './completion';
import { withOwn } from './ownText';
import { errorNote, placeIn, readText, type ReadText, type TextNote } from './readText';

export interface JsonEditorProps {
  query: StreamQuery;
  /** What stands in the editor. */
  text: string;
  /** Called with every change of the text, which may be unfinished. */
  onType: (text: string) => void;
  /** Called with the query that a finished text says. */
  onCommit: (query: StreamQuery, text: string) => void;
  checker: Checker;
  scopedVars?: ScopedVars;
}

/** A query as text. What is wrong stands at its place and below. */
export function JsonEditor({ query, text, onType, onCommit, checker, scopedVars }: JsonEditorProps) {
  const read = useMemo(() => readText(text), [text]);
  const notes = useNotes(read, query, checker, scopedVars);
  const { mount, unmount, show } = useMonaco(text, notes);
  // The editor keeps the function that it was mounted with.
  const typed = useRef(onType);
  useEffect(() => {
    typed.current = onType;
  });
  const commit = (written: string) => {
    const { own } = readText(written);
    if (own) {
      onCommit(withOwn(query, own), written);
    }
  };
  return (
    <Stack direction="column" gap={0.5}>
      <CodeEditor
        language="json"
        height="320px"
        value={text}
        showLineNumbers
        showMiniMap={false}
        monacoOptions={{ ariaLabel: 'Query as JSON', scrollBeyondLastLine: false, quickSuggestions: { strings: true } }}
        onEditorDidMount={mount}
        onEditorWillUnmount={unmount}
        onChange={(next) => typed.current(next)}
        onBlur={commit}
        onSave={commit}
      />
      <Text color="secondary" variant="bodySmall">
        Takes effect when you leave the editor or press Ctrl+S. Ctrl+Space lists what can be entered at the cursor.
        {read.own ? '' : ' Until this is a JSON object again, the panel shows the last valid query.'}
      </Text>
      <NoteList notes={notes} text={text} onShow={show} />
    </Stack>
  );
}

function useNotes({ own, tree, notes }: ReadText, query: StreamQuery, checker: Checker, scopedVars?: ScopedVars) {
  const { errors, failure } = useCheck(checker, own ? withOwn(query, own) : query, scopedVars);
  return useMemo(() => {
    const told = tree ? errors.map((error) => errorNote(tree, error)) : [];
    const failed: TextNote[] =
      failure === undefined
        ? []
        : [{ severity: 'error', from: 0, to: 0, message: `The query could not be checked. ${failure}` }];
    return [...notes, ...told, ...failed];
  }, [notes, tree, errors, failure]);
}

interface Mounted {
  monaco: Monaco;
  editor: MonacoEditor;
}

const MARKER_OWNER = 'freshet';

/** The editor's marks, and moving its cursor. */
function useMonaco(text: string, notes: TextNote[]) {
  const [mounted, setMounted] = useState<Mounted>();
  const withdraw = useRef<() => void>(undefined);
  useEffect(() => {
    const model = mounted?.editor.getModel();
    if (mounted && model) {
      mounted.monaco.editor.setModelMarkers(model, MARKER_OWNER, markersOf(mounted.monaco, text, notes));
    }
  }, [mounted, text, notes]);
  const mount = (editor: MonacoEditor, monaco: Monaco) => {
    letTabLeave(editor);
    const uri = editor.getModel()?.uri.toString();
    withdraw.current = uri === undefined ? undefined : offerCompletion(monaco, uri);
    setMounted({ editor, monaco });
  };
  const show = ({ from }: TextNote) => {
    const { line, column } = placeIn(text, from);
    mounted?.editor.setPosition({ lineNumber: line, column });
    mounted?.editor.revealLineInCenterIfOutsideViewport(line);
    mounted?.editor.focus();
  };
  return { mount, unmount: () => withdraw.current?.(), show };
}

function markersOf(monaco: Monaco, text: string, notes: TextNote[]) {
  // What is no JSON the language marks itself, where the page has it.
  const shown = monaco.languages.json ? notes.filter(({ isSyntax }) => !isSyntax) : notes;
  return shown.map(({ severity, from, to, message }) => {
    const [start, end] = [placeIn(text, from), placeIn(text, to)];
    return {
      severity: severity === 'error' ? monaco.MarkerSeverity.Error : monaco.MarkerSeverity.Info,
      message,
      startLineNumber: start.line,
      startColumn: start.column,
      endLineNumber: end.line,
      endColumn: end.column,
    };
  });
}

/** Whoever has no mouse leaves an editor with Tab; Monaco would indent, and has no option against that. */
function letTabLeave(editor: MonacoEditor) {
  const tabLeaves = editor.createContextKey('editorTabMovesFocus', true);
  editor.onDidChangeConfiguration(() => tabLeaves.set(true));
}

interface NoteListProps {
  notes: TextNote[];
  text: string;
  onShow: (note: TextNote) => void;
}

/** What there is to know about the text; each leads to its place. */
function NoteList({ notes, text, onShow }: NoteListProps) {
  return (
    <div role="status" aria-label="Problems of the text">
      {notes.map((note) => {
        const { line, column } = placeIn(text, note.from);
        return (
          <div key={`${note.from} ${note.message}`}>
            <Button
              type="button"
              size="sm"
              fill="text"
              variant={note.severity === 'error' ? 'destructive' : 'secondary'}
              icon={note.severity === 'error' ? 'exclamation-circle' : 'info-circle'}
              onClick={() => onShow(note)}
            >
              {`Line ${line}, column ${column}: ${note.message}`}
            </Button>
          </div>
        );
      })}
    </div>
  );
}
