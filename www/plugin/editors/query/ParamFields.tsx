import React from 'react';

import { PRESETS } from '../../generated';
import type { Preset, StreamQuery } from '../../types';
import { TextField } from '../controls/TextField';

/** What a query says to its protocol. */
type Params = Pick<StreamQuery, 'params'>;

interface ParamFieldsProps {
  query: Params;
  change: (part: Params) => void;
  preset: Preset | undefined;
}

/** What the query tells the protocol of its data source, and what it tells none although it is stored. */
export function ParamFields({ query, change, preset }: ParamFieldsProps) {
  const { title = 'no protocol', params = [] } = PRESETS.find(({ name }) => name === preset) ?? {};
  const known: Array<{ name: string; title: string; isRequired: boolean }> = [...params];
  const others = Object.keys(query.params ?? {}).filter((name) => known.every((param) => param.name !== name));
  const unused = others.map((name) => ({ name, title: name, isRequired: false }));
  const store = (name: string, value: string | undefined) => {
    const { [name]: _, ...rest } = query.params ?? {};
    const next = value === undefined ? rest : { ...rest, [name]: value };
    change({ params: Object.keys(next).length === 0 ? undefined : next });
  };
  return [...known, ...unused].map((param) => (
    <TextField
      key={param.name}
      label={param.title}
      tooltip={
        param.isRequired
          ? `What to subscribe to by ${title}. Needed. Variables are replaced.`
          : `Told to the server by ${title}. Variables are replaced.`
      }
      required={param.isRequired}
      option={`params.${param.name}`}
      value={asText(query.params?.[param.name])}
      placeholder={param.isRequired ? 'needed' : 'none'}
      onCommit={(value) => store(param.name, value)}
    />
  ));
}

/** What is stored may be anything; what is no text, the engine names as wrong. */
function asText(value: unknown): string | undefined {
  return typeof value === 'string' || value === undefined || value === null
    ? (value ?? undefined)
    : JSON.stringify(value);
}
