import { Text } from '@grafana/ui';
import React from 'react';

import { TOKEN_SOURCES, type TokenFrom } from '../choices';
import { ChoiceField } from '../controls/ChoiceField';
import { Section } from '../controls/Section';
import { TextField } from '../controls/TextField';
import { TokenField } from '../query/TokenField';
import { PRESETS } from '../../generated';
import { durationProblem, pointerProblem, queryOf, queryProblem, queryText } from '../problems';
import type { FreshetOptions, TokenSettings as Token } from '../../types';
import { viewerTokenLabel } from '../../viewerToken';
import type { SettingsProps } from './settings';

interface TokenSettingsProps extends SettingsProps {
  /** The uid of the data source, under which browsers keep tokens. */
  uid: string;
}

/** Where the token comes from, and where it goes. */
export function TokenSettings({ settings, change, disabled, uid }: TokenSettingsProps) {
  const { token } = settings;
  const set = (part: Token) => change({ token: withoutUnset({ ...token, ...part }) });
  const from: TokenFrom = token ? (token.from ?? 'proxy') : '';
  const part = { token: token ?? {}, set, disabled };
  const ownToken = viewerTokenLabel(token);
  return (
    <Section title="Token">
      <ChoiceField
        label="Token"
        tooltip="A secret that the browser sends to the server when it connects. Fetched: Grafana's proxy requests a short-lived one for each connection, with the basic auth and the headers that are saved in Grafana. Each viewer's own: viewers enter theirs in the query editor or here, and their browser keeps it."
        options={TOKEN_SOURCES}
        disabled={disabled}
        value={from}
        onChange={(chosen) => change({ token: chosen === '' ? undefined : { from: chosen } })}
      />
      {from === 'proxy' && <FetchedToken {...part} />}
      {from === 'viewer' && (
        <TextField
          label="Label"
          tooltip="What viewers call it: the query editor asks for Your token, or for Your and this name."
          disabled={disabled}
          value={token?.label}
          placeholder="token"
          onCommit={(label) => set({ label })}
        />
      )}
      {ownToken !== undefined && <TokenField uid={uid} label={ownToken} />}
      <TextField
        label="Query parameters"
        tooltip="Appended to the address of every connection, joined by &. ${token} stands for the token, and may also stand in the subprotocols. Panels and messages never show them."
        disabled={disabled}
        value={queryText(settings.query)}
        placeholder="access_token=${token}"
        problem={queryProblem}
        onCommit={(text) => change({ query: queryOf(text) })}
      />
      <Text color="secondary" variant="bodySmall">
        {routesOf(settings)}
      </Text>
    </Section>
  );
}

interface FetchedTokenProps {
  token: Token;
  set: (part: Token) => void;
  disabled: boolean;
}

function FetchedToken({ token, set, disabled }: FetchedTokenProps) {
  const part = (name: 'url' | 'path' | 'body' | 'pointer' | 'ttl') => ({
    disabled,
    value: token[name],
    onCommit: (text: string | undefined) => set({ [name]: text }),
  });
  return (
    <>
      <TextField
        {...part('url')}
        label="Token URL"
        tooltip="Where the token is, as seen from Grafana's server, when that is not below the URL of the data source. Grafana sends the data source's basic auth and headers there."
        placeholder="the URL of the data source"
      />
      <TextField
        {...part('path')}
        label="Token path"
        tooltip="Appended to the token URL or, where there is none, to the URL of the data source, which must then begin with http:// or https://. May carry a ?query."
        placeholder="/auth/token"
      />
      <ChoiceField
        label="Request"
        tooltip="How the token is requested."
        options={[
          { label: 'GET', value: 'GET' },
          { label: 'POST', value: 'POST' },
        ]}
        disabled={disabled}
        value={token.method ?? 'GET'}
        onChange={(method) => set(method === 'GET' ? { method: undefined, body: undefined } : { method })}
      />
      {token.method === 'POST' && (
        <TextField
          {...part('body')}
          label="Body"
          tooltip="What is sent: JSON, or a form. Every viewer can read it; put secrets in basic auth or headers."
          placeholder="grant_type=client_credentials"
        />
      )}
      <TextField
        {...part('pointer')}
        label="Pointer"
        tooltip="Where in the answer the token is: a JSON Pointer (RFC 6901). Empty: the answer is the token."
        placeholder="/access_token"
        problem={pointerProblem}
      />
      <TextField
        {...part('ttl')}
        label="Lifetime"
        tooltip="How long a token may be used for further connections, for example 5m. Empty: each connection has its own."
        placeholder="one connection"
        problem={durationProblem}
      />
    </>
  );
}

/** Which of the ways to keep a secret are open to the data source; docs/secrets.md tells them. */
function routesOf({ preset, transport = 'websocket' }: FreshetOptions): string {
  const known = PRESETS.find(({ name }) => name === preset);
  const isSocket = transport === 'websocket';
  const places = [
    'query parameters',
    ...(isSocket ? ['subprotocols'] : []),
    // What a preset in code says cannot be changed.
    ...(isSocket && (known?.isScript ?? true) ? ['messages of a handshake under "Protocol description"'] : []),
  ];
  return [
    ...(known ? [`${known.title}:`] : []),
    'With the access mode "Server (proxy)", Grafana adds basic auth and headers when it connects.',
    ...(isSocket && known?.token ? [known.token] : []),
    `A token that is fetched, or each viewer's own, can stand in ${LIST.format(places)}.`,
  ].join(' ');
}

const LIST = new Intl.ListFormat('en-GB');

function withoutUnset(token: Token): Token {
  return Object.fromEntries(Object.entries(token).filter(([, value]) => value !== undefined));
}
