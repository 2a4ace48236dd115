import { placeholdersIn } from '../../address';
import { KNOWN_SERVERS, PRESETS, PROTOCOL_PARTS, URL_PLACEHOLDERS } from '../../generated';
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
  const places = placeholdersIn(url).map((word) => `${word} with ${URL_PLACEHOLDERS[word]}`);
  return [
    ...(places.length === 0 ? [] : [`Replace ${places.join(' and ')}.`]),
    ...(server.note === '' ? [] : [server.note]),
    queriesNeed(server),
  ];
}

function queriesNeed(server: KnownServer): string {
  const preset = PRESETS.find(({ name }) => name === server.preset);
  const params: ReadonlyArray<{ title: string; example: string }> = preset?.params ?? [];
  const wanted = params.filter(({ example }) => example !== '');
  return wanted.length === 0
    ? 'Queries need nothing but their fields.'
    : `In each query, fill in ${wanted.map(({ title, example }) => `${title}, for example ${example}`).join('; ')}.`;
}
