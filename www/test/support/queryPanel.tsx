import { fireEvent, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';

import type { FreshetDataSource } from '../../plugin/datasource';
import type { OptionError } from '../../plugin/engine/types';
import { QueryEditor } from '../../plugin/editors/query/QueryEditor';
import type { Preset, StreamQuery, Transport } from '../../plugin/types';

export const onChange = jest.fn<void, [StreamQuery]>();
export const onRunQuery = jest.fn();

/** What the engine is asked, and answers, about the query that is edited. */
export const check = jest.fn<Promise<OptionError[]>, Parameters<FreshetDataSource['check']>>();

/** The data source, as far as editors use it. */
export const datasource = { check } as unknown as FreshetDataSource;

/** Has the engine find this wrong with a query for as long as the value is anywhere in it. Hands back what is to be shown. */
export function refuse({ error }: { error: OptionError }): string {
  check.mockImplementation(async (query) => (holds(query, error.value) ? [error] : []));
  return `"${error.value}": ${error.problem}`;
}

const holds = (part: unknown, value: string): boolean =>
  part === value ||
  (typeof part === 'object' && part !== null && Object.values(part).some((each) => holds(each, value)));

/** The editor as a panel holds it: what it hands on comes back as its query. */
function Panel({
  initial,
  transport,
  preset,
}: {
  initial: Partial<StreamQuery>;
  transport?: Transport;
  preset?: Preset;
}) {
  const [query, setQuery] = useState<StreamQuery>({ refId: 'A', ...initial });
  const store = (next: StreamQuery) => {
    onChange(next);
    setQuery(next);
  };
  const read = {
    ...datasource,
    transport,
    preset,
    hasSubscribeMessage: Boolean(preset),
  } as unknown as FreshetDataSource;
  return (
    <QueryEditor
      datasource={transport || preset ? read : datasource}
      query={query}
      onChange={store}
      onRunQuery={onRunQuery}
    />
  );
}

beforeEach(() => check.mockReset().mockResolvedValue([]));

/** Shows a query in the editor, to a user who has done nothing yet. */
export function edit(initial: Partial<StreamQuery> = {}, transport?: Transport, preset?: Preset) {
  onChange.mockClear();
  onRunQuery.mockClear();
  render(<Panel initial={initial} transport={transport} preset={preset} />);
  unfold();
  return userEvent.setup();
}

/** Brings everything into sight that is folded as long as nothing is set there. */
export function unfold() {
  for (const name of ['Limits', 'History']) {
    const button = screen.queryByRole('button', { name, expanded: false });
    if (button) {
      fireEvent.click(button);
    }
  }
}

/** What was stored last. */
export const stored = () => onChange.mock.lastCall?.[0];

/** A row of a list in the editor, such as "Field 1". */
export const row = (name: string) => within(screen.getByRole('group', { name }));

/** Chooses from a list that opens. */
export async function choose(user: ReturnType<typeof userEvent.setup>, list: HTMLElement, option: string | RegExp) {
  await user.click(list);
  await user.click(await screen.findByRole('option', { name: option }));
}
