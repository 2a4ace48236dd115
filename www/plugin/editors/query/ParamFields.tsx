import React, { useEffect, useState } from 'react';

import type { ProtocolParam } from '../../engine/types';
import { PRESETS } from '../../generated';
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
  const by = preset ? `the ${preset.title} protocol` : "the data source's protocol";
  // What a description wants to be told has no words of its own; a preset's have.
  const words: ReadonlyArray<Partial<Words> & { name: string }> = preset?.params ?? [];
  const known = useAskedParams(owner) ?? preset?.params ?? [];
  const others = Object.keys(query.params ?? {}).filter((name) => known.every((param) => param.name !== name));
  const unused = others.map((name) => ({ name, title: name, isRequired: false }));
  const store = (name: string, value: string | undefined) => {
    const { [name]: _, ...rest } = query.params ?? {};
    const next = value === undefined ? rest : { ...rest, [name]: value };
    change({ params: Object.keys(next).length === 0 ? undefined : next });
  };
  const wordsOf = (param: string) => ({ unset: 'none', example: '', ...words.find(({ name }) => name === param) });
  return [...known, ...unused].map((param) => (
    <TextField
      key={param.name}
      label={param.title}
      tooltip={
        param.isRequired
          ? 'What to subscribe to. Required. Variables are replaced.'
          : `Sent to the server by ${by}. Variables are replaced.`
      }
      required={param.isRequired}
      option={`params.${param.name}`}
      value={asText(query.params?.[param.name])}
      placeholder={placeholderOf(param.isRequired, wordsOf(param.name))}
      onCommit={(value) => store(param.name, value)}
    />
  ));
}

/** What a preset says of a param. */
interface Words {
  unset: string;
  example: string;
}

function placeholderOf(isRequired: boolean, { unset, example }: Words): string {
  const such = example && `, such as ${example}`;
  return `${isRequired ? 'needed' : unset}${such}`;
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
