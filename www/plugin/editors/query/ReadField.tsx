import type { SelectableValue } from '@grafana/data';
import React from 'react';

import { CONNECTIONS } from '../../filters/conditions';
import type { StreamQuery } from '../../types';
import { ChoiceField } from '../controls/ChoiceField';
import type { PartProps } from './part';

const FEED = 'feed';

const READS: Array<SelectableValue<string>> = [
  { label: 'Feed', value: FEED, description: 'What the server sends' },
  { label: 'Connections', value: CONNECTIONS, description: 'What the connections of this browser tab do' },
];

/** Whether the query reads connections, so that what is said to a server is of no use. */
export function readsConnections({ queryType }: StreamQuery): boolean {
  return queryType === CONNECTIONS;
}

/** What is read: the feed of the data source, or what the connections do. Paths of the one are none of the other. */
export function ReadField({ query, change }: PartProps) {
  const begin = (read: string) =>
    read === CONNECTIONS
      ? change({ queryType: CONNECTIONS, fields: undefined, filter: undefined, ...TABLE })
      : change({ queryType: undefined, fields: undefined, filter: undefined, ...NOTHING });
  return (
    <ChoiceField
      label="Read"
      tooltip="Feed: what the server sends. Connections: the state, rate, lag and reconnects of every connection of this browser tab, of all Freshet data sources, once a second. No connection is opened for it. A change clears the fields and the filter."
      options={READS}
      option="queryType"
      value={readsConnections(query) ? CONNECTIONS : FEED}
      onChange={begin}
    />
  );
}

/** One row for each connection, which goes with it. */
const TABLE: Partial<StreamQuery> = { view: 'table', mode: 'upsert', bucket: undefined, expireAfter: '3s' };
const NOTHING: Partial<StreamQuery> = { view: undefined, mode: undefined, expireAfter: undefined };
