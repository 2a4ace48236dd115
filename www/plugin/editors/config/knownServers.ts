import { KNOWN_SERVERS, PRESETS, PROTOCOL_PARTS } from '../../generated';
import type { FreshetOptions } from '../../types';
import type { StoredSource } from './settings';

export type KnownServer = (typeof KNOWN_SERVERS)[number];

/** What a server decides of a data source; all else of its settings stays as it is. */
const DECIDED: ReadonlyArray<keyof FreshetOptions> = [
  'preset',
  'transport',
  'subprotocols',
  'query',
  'options',
  'token',
  ...PROTOCOL_PARTS,
];

/** The settings of a data source that reads a known server. */
export function settingsFor(server: KnownServer, before: StoredSource): StoredSource {
  const kept = Object.entries(before.jsonData ?? {}).filter(([name]) => !DECIDED.some((decided) => decided === name));
  const hasOptions = Object.keys(server.options).length > 0;
  const jsonData: FreshetOptions = {
    ...Object.fromEntries(kept),
    ...(server.preset && { preset: server.preset }),
    ...(hasOptions && { options: { ...server.options } }),
    ...(server.token && { token: { from: server.token } }),
  };
  // Grafana's proxy takes a WebSocket's address in its HTTP form.
  const url = before.access === 'proxy' ? server.url.replace(/^ws/, 'http') : server.url;
  return { ...before, url, jsonData };
}

/** What is left to do for a server that was chosen, in sentences; `url` is what stands there now. */
export function leftToDo(server: KnownServer, url: string): string[] {
  const words = [...new Set(server.url.match(/\b[A-Z]{3,}\b/g) ?? [])].filter((word) => url.includes(word));
  const place = words.length === 0 ? [] : [`Replace ${words.join(' and ')} in the URL.`];
  return [...place, ...(server.note === '' ? [] : [server.note]), queriesNeed(server)];
}

function queriesNeed(server: KnownServer): string {
  const preset = PRESETS.find(({ name }) => name === server.preset);
  const params: ReadonlyArray<{ name: string; title: string }> = preset?.params ?? [];
  const examples: Readonly<Record<string, string | undefined>> = server.example;
  const wanted = params.flatMap(({ name, title }) => {
    const example = examples[name];
    return example === undefined ? [] : [`${title}, such as ${example}`];
  });
  return wanted.length === 0 ? 'Queries need no more than their fields.' : `Queries say: ${wanted.join('; ')}.`;
}
