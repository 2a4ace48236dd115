import React, { useEffect, useState } from 'react';

import type { ProtocolParam } from '../../engine/types';
import { KNOWN_SERVERS, PRESETS } from '../../generated';
import type { Preset, StreamQuery } from '../../types';
import { asText } from '../problems';
import { TextField } from '../controls/TextField';

/** What a query says to its protocol. */
type Params = Pick<StreamQuery, 'params'>;

/** The data source, as far as it says what its queries tell the protocol. */
export interface ProtocolOwner {
  preset?: Preset;
  describesProtocol?: boolean;
  /** Whether the protocol makes its own subscribe message, so that queries write none. */
  hasSubscribeMessage?: boolean;
  askedParams?(): Promise<ProtocolParam[]>;
}

interface ParamFieldsProps {
  query: Params;
  change: (part: Params) => void;
  owner: ProtocolOwner;
}

/** What the query tells the protocol of its data source, and what it tells none although it is stored. */
export function ParamFields({ query, change, owner }: ParamFieldsProps) {
  const preset = PRESETS.find(({ name }) => name === owner.preset);
  const title = preset?.title ?? (owner.describesProtocol ? "the data source's protocol" : 'no protocol');
  const known = useAskedParams(owner) ?? preset?.params ?? [];
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
      placeholder={param.isRequired ? (exampleOf(owner.preset, param.name) ?? 'needed') : 'none'}
      onCommit={(value) => store(param.name, value)}
    />
  ));
}

/** What queries say to a server that many people have. */
function exampleOf(preset: Preset | undefined, param: string): string | undefined {
  const examples: ReadonlyArray<Readonly<Record<string, string | undefined>>> = KNOWN_SERVERS.filter(
    (server) => preset !== undefined && server.preset === preset
  ).map(({ example }) => example);
  const found = examples.find((example) => example[param] !== undefined)?.[param];
  return found && `needed, such as ${found}`;
}

/** What a protocol that the data source describes wants to know, once the engine has read the description. */
function useAskedParams(owner: ProtocolOwner): readonly ProtocolParam[] | undefined {
  const [asked, setAsked] = useState<{ of: ProtocolOwner; params: ProtocolParam[] }>();
  useEffect(() => {
    let isNewest = true;
    if (owner.describesProtocol) {
      owner.askedParams?.().then(
        (params) => isNewest && setAsked({ of: owner, params }),
        // What is wrong with the description is said by the panel.
        () => undefined
      );
    }
    return () => {
      isNewest = false;
    };
  }, [owner]);
  return asked?.of === owner ? asked.params : undefined;
}
