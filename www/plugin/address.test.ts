import { readFileSync } from 'node:fs';
import path from 'node:path';

import { mayBeMixedContent, sourceUrl, urlProblem } from './address';

describe('sourceUrl', () => {
  const proxied = '/api/datasources/proxy/uid/abc';

  it.each([
    ['direct', ' wss://feeds.example.org/a ', 'http:', '', 'wss://feeds.example.org/a'],
    ['proxy', proxied, 'http:', '', 'ws://grafana.example.org:3000/api/datasources/proxy/uid/abc'],
    ['proxy', proxied, 'https:', '', 'wss://grafana.example.org:3000/api/datasources/proxy/uid/abc'],
    ['proxy', proxied, 'https:', '/grafana', 'wss://grafana.example.org:3000/grafana/api/datasources/proxy/uid/abc'],
    ['proxy', 'https://feeds.example.org', 'https:', '/grafana', 'https://feeds.example.org'],
  ] as const)('%s %s on %s under "%s" is %s', (access, url, protocol, subUrl, expected) => {
    expect(sourceUrl(url, access, { protocol, host: 'grafana.example.org:3000', subUrl })).toBe(expected);
  });
});

describe('urlProblem', () => {
  // The engine's url.rs is held against the same table (tests/truths.rs). By "engine" goes what the editor refuses alone:
  // what the browser's own parser knows to be no URL, and a fragment, which the engine leaves out.
  const table = path.join(__dirname, '../../tests/data/judged-twice.json');
  const { urls } = JSON.parse(readFileSync(table, 'utf8')) as { urls: Array<[string, 'both' | 'engine' | 'none']> };

  it.each(urls)('direct judges "%s", which is taken by %s', (url, takenBy) => {
    expect(urlProblem(url, 'direct') === undefined).toBe(takenBy === 'both');
  });

  it.each(['http://a', 'https://user:secret@a/b'])('proxy takes %s', (url) => {
    expect(urlProblem(url, 'proxy')).toBeUndefined();
  });

  it.each(['ws://a:99999', 'ws://127.0.0.1:99999/b?c=d:1', 'wss://[::1]:99999#e'])('names the port of %s', (url) => {
    expect(urlProblem(url, 'direct')).toBe(`The port of "${url}" is 99999, but the highest port is 65535.`);
  });
});

it.each([
  ['ws://HOST:8123', 'Replace HOST with the name of your server.'],
  ['ws://nodered:1880/ws/PATH', 'Replace PATH with the path of your server.'],
  ['wss://ws-CLUSTER.pusher.com/app/KEY', 'Replace CLUSTER with the cluster of your app.'],
  ['wss://ws-eu.pusher.com/app/KEY', 'Replace KEY with the key of your app.'],
])('what was to be replaced in %s and still stands there is named', (url, problem) => {
  expect(urlProblem(url, 'direct')).toBe(problem);
  expect(urlProblem(url.replace(/^ws/, 'http'), 'proxy')).toBe(problem);
});

it.each(['ws://host', 'ws://GHOST/KEYS/MY_KEY', 'ws://h/?KEY=1'])('nothing is to be replaced in %s', (url) => {
  expect(urlProblem(url, 'direct')).toBeUndefined();
});

it('an address without encryption is to be judged on a https page', () => {
  expect(mayBeMixedContent(' ws://h', { protocol: 'https:' })).toBe(true);
  expect(mayBeMixedContent('HTTP://h', { protocol: 'https:' })).toBe(true);
  expect(mayBeMixedContent('wss://h', { protocol: 'https:' })).toBe(false);
  expect(mayBeMixedContent('ws://h', { protocol: 'http:' })).toBe(false);
});
