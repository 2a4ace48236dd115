import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';

import type { FreshetDataSource } from '../../plugin/datasource';
import { QueryEditor } from '../../plugin/editors/query/QueryEditor';
import type { StreamQuery } from '../../plugin/types';

export const onChange = jest.fn<void, [StreamQuery]>();
export const onRunQuery = jest.fn();

/** The editor as a panel holds it: what it hands on comes back as its query. */
function Panel({ initial }: { initial: Partial<StreamQuery> }) {
  const [query, setQuery] = useState<StreamQuery>({ refId: 'A', ...initial });
  const store = (next: StreamQuery) => {
    onChange(next);
    setQuery(next);
  };
  // The editor reads nothing from its data source.
  const datasource = {} as FreshetDataSource;
  return <QueryEditor datasource={datasource} query={query} onChange={store} onRunQuery={onRunQuery} />;
}

/** Shows a query in the editor, to a user who has done nothing yet. */
export function edit(initial: Partial<StreamQuery> = {}) {
  onChange.mockClear();
  onRunQuery.mockClear();
  render(<Panel initial={initial} />);
  return userEvent.setup();
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
