import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import React, { useState } from 'react';

import { edit, onChange, onRunQuery, refuse, stored } from '../../../test/support/queryPanel';
import { OPTION_ERRORS } from '../../../test/support/optionErrors';

// Monaco wants a browser; www/test/e2e/json.test.mjs has one.
jest.mock('@grafana/ui', () => ({
  ...jest.requireActual('@grafana/ui'),
  CodeEditor: ({ value, onChange, onBlur, onSave }: Record<string, any>) => {
    const [mounted] = useState({ onChange });
    return (
      <textarea
        aria-label="Query as JSON"
        value={value}
        onChange={(event) => mounted.onChange(event.target.value)}
        onBlur={(event) => onBlur(event.target.value)}
        onKeyDown={(event) => event.key === 's' && event.ctrlKey && onSave(event.currentTarget.value)}
      />
    );
  },
}));

const QUERY = { path: '/a', fields: [{ path: '$.t' }, { path: '$.v', later: 1 }], later: { any: 'thing' } };

const text = () => screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Query as JSON' });
const mode = (name: string) => screen.getByRole('radio', { name });

/** Writes a text, and leaves the editor. */
async function write(written: string) {
  const editor = await text();
  fireEvent.change(editor, { target: { value: written } });
  fireEvent.blur(editor);
}

describe('the switch', () => {
  it('stores how the query is edited, and runs nothing for it', async () => {
    const user = edit(QUERY);
    expect(mode('Builder')).toBeChecked();
    await user.click(mode('JSON'));
    expect(stored()).toEqual({ refId: 'A', ...QUERY, editorMode: 'code' });
    expect(JSON.parse((await text()).value)).toEqual(QUERY);
    expect(screen.queryByLabelText('Path')).not.toBeInTheDocument();
    await user.click(mode('Builder'));
    expect(stored()).toEqual({ refId: 'A', ...QUERY, editorMode: 'builder' });
    expect(screen.getAllByLabelText('Path')).toHaveLength(3);
    expect(onRunQuery).not.toHaveBeenCalled();
  });

  it('loses no option of a later version in the builder', async () => {
    const user = edit(QUERY);
    const [path] = screen.getAllByLabelText('Path');
    await user.type(path, 'b{Enter}');
    expect(stored()).toEqual({ refId: 'A', ...QUERY, path: '/ab' });
  });
});

describe('the text', () => {
  const EDITED = { refId: 'A', hide: true, datasource: { uid: 'u' }, editorMode: 'code' as const };

  it('becomes the query when the editor is left, and keeps what is Grafana’s', async () => {
    edit({ ...QUERY, ...EDITED });
    await write('{"path": "/b", "later": [1], "refId": "Z"}');
    expect(stored()).toEqual({ ...EDITED, path: '/b', later: [1] });
    expect(onRunQuery).toHaveBeenCalledTimes(1);
    expect((await text()).value).toBe('{"path": "/b", "later": [1], "refId": "Z"}');
    expect(screen.getByText(/refId is set by Grafana/)).toBeInTheDocument();
    expect(screen.getByText(/This version of Freshet has no option "later"/)).toBeInTheDocument();
  });

  it('becomes the query with Ctrl+S too, and no second time when nothing else is written', async () => {
    edit({ ...QUERY, ...EDITED });
    const editor = await text();
    fireEvent.change(editor, { target: { value: '{"path":"/b"}' } });
    expect(onChange).not.toHaveBeenCalled();
    fireEvent.keyDown(editor, { key: 's', ctrlKey: true });
    expect(stored()).toEqual({ ...EDITED, path: '/b' });
    fireEvent.blur(editor);
    expect(onChange).toHaveBeenCalledTimes(1);
  });

  it('changes nothing while it is no JSON, says where, and is there again after a look at the builder', async () => {
    const user = edit({ path: '/a', editorMode: 'code' });
    await write('{\n  "path" "/b"\n}');
    expect(onChange).not.toHaveBeenCalled();
    expect(screen.getByRole('button', { name: 'Line 2, column 10: A colon is missing.' })).toBeInTheDocument();
    expect(screen.getByText(/the panel shows the last valid query/)).toBeInTheDocument();
    await user.click(mode('Builder'));
    expect(screen.getByText(/The JSON text of this query is unfinished/)).toBeInTheDocument();
    expect(screen.getByLabelText('Path')).toHaveValue('/a');
    await user.click(mode('JSON'));
    expect((await text()).value).toBe('{\n  "path" "/b"\n}');
  });

  it('is discarded from the builder', async () => {
    const user = edit({ path: '/a', editorMode: 'code' });
    await write('{ "path"');
    await user.click(mode('Builder'));
    await user.click(screen.getByRole('button', { name: 'Discard the text' }));
    expect(screen.queryByText(/is unfinished/)).not.toBeInTheDocument();
    await user.click(mode('JSON'));
    expect(JSON.parse((await text()).value)).toEqual({ path: '/a' });
  });

  it('is written anew when the query changes elsewhere', async () => {
    const user = edit({ path: '/a', editorMode: 'code' });
    await write('{ "path"');
    await user.click(mode('Builder'));
    await user.type(screen.getByLabelText('Path'), 'b{Enter}');
    expect(screen.queryByText(/is unfinished/)).not.toBeInTheDocument();
    await user.click(mode('JSON'));
    expect((await text()).value).toBe('{\n  "path": "/ab"\n}');
  });

  it('is told what the engine finds wrong, at its place', async () => {
    refuse(OPTION_ERRORS.fieldPath);
    edit({ ...OPTION_ERRORS.fieldPath.query, editorMode: 'code' });
    const { value, problem } = OPTION_ERRORS.fieldPath.error;
    const name = `Line 7, column 15: fields[1].path is "${value}": ${problem}`;
    expect(await screen.findByRole('button', { name })).toBeInTheDocument();
    await write('{ "fields": [{ "path": "$.b" }] }');
    await waitFor(() => expect(screen.queryByRole('button', { name: /^Line/ })).not.toBeInTheDocument());
  });
});

describe('copy and paste', () => {
  /** What the clipboard holds; undefined: the page may not know. */
  const hold = (clipboard: string | undefined) =>
    clipboard === undefined
      ? jest.spyOn(navigator.clipboard, 'readText').mockRejectedValue(new Error('denied'))
      : jest.spyOn(navigator.clipboard, 'readText').mockResolvedValue(clipboard);
  const paste = () => screen.getByRole('button', { name: 'Paste query' });

  it('copies the text of the query', async () => {
    const user = edit({ hide: true, ...QUERY });
    // @grafana/ui uses the clipboard where the page is secure.
    Object.defineProperty(window, 'isSecureContext', { configurable: true, value: true });
    await user.click(screen.getByRole('button', { name: 'Copy query' }));
    expect(JSON.parse(await navigator.clipboard.readText())).toEqual(QUERY);
  });

  it('pastes a query, also of an earlier version, and undoes that', async () => {
    const user = edit({ ...QUERY, hide: true, path: '/mine' });
    hold('{"refId":"Z","datasource":{"uid":"x"},"path":"/theirs","mode":"upsert","key":["$.id"]}');
    await user.click(paste());
    const pasted = { refId: 'A', hide: true, path: '/theirs', mode: 'upsert', keys: ['$.id'] };
    await waitFor(() => expect(stored()).toEqual(pasted));
    expect(onRunQuery).toHaveBeenCalledTimes(1);
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    expect(stored()).toEqual({ refId: 'A', ...QUERY, hide: true, path: '/mine' });
    expect(onRunQuery).toHaveBeenCalledTimes(2);
    expect(screen.queryByRole('button', { name: 'Undo' })).not.toBeInTheDocument();
  });

  it('offers no undo once the query was edited', async () => {
    const user = edit();
    hold('{"path":"/theirs"}');
    await user.click(paste());
    expect(await screen.findByRole('button', { name: 'Undo' })).toBeInTheDocument();
    await user.type(screen.getByLabelText('Path'), '2{Enter}');
    expect(stored()?.path).toBe('/theirs2');
    expect(screen.queryByRole('button', { name: 'Undo' })).not.toBeInTheDocument();
  });

  it.each([
    [
      'path: /a',
      'Nothing was pasted. The clipboard does not contain a query: line 1, column 1: This is not valid JSON.',
    ],
    [
      '{"a": 1',
      'Nothing was pasted. The clipboard does not contain a query: line 1, column 8: A closing brace } is missing.',
    ],
    ['{"expr": "up"}', /^Nothing was pasted\. The clipboard contains JSON, but not a Freshet query/],
  ])('refuses %j, and says why', async (clipboard, problem) => {
    const user = edit({ path: '/mine' });
    hold(clipboard);
    await user.click(paste());
    expect(await screen.findByText(problem)).toBeInTheDocument();
    expect(onChange).not.toHaveBeenCalled();
  });

  it('asks for the text where the page may not read the clipboard', async () => {
    const user = edit();
    hold(undefined);
    await user.click(paste());
    const field = await screen.findByRole('textbox', { name: 'Query text' });
    expect(field).toHaveFocus();
    await act(async () => fireEvent.paste(field, { clipboardData: { getData: () => '{"path":"/theirs"}' } }));
    await waitFor(() => expect(stored()).toEqual({ refId: 'A', path: '/theirs' }));
  });
});
