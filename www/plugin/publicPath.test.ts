/** Evaluates publicPath.ts as webpack's runtime and the loader would, and returns what it sets. */
function publicPathOf(amdModule: { uri?: string } | undefined): string {
  const scope = globalThis as { __webpack_public_path__?: string };
  scope.__webpack_public_path__ = 'before';
  jest.isolateModules(() => {
    jest.doMock('amd-module', () => ({ __esModule: true, default: amdModule }), { virtual: true });
    jest.requireActual('./publicPath');
  });
  return scope.__webpack_public_path__;
}

const FALLBACK = 'public/plugins/freshet-websocket-datasource/';

it.each([
  ['https://grafana.example.org/public/plugins/x/module.js', 'https://grafana.example.org/public/plugins/x/'],
  ['https://example.org/grafana/public/plugins/x/module.js', 'https://example.org/grafana/public/plugins/x/'],
  ['https://cdn.example.org/x/0.1.0/module.js?_cache=2024/05/01', 'https://cdn.example.org/x/0.1.0/'],
  ['public/plugins/x/module.js', 'public/plugins/x/'],
  ['module.js', FALLBACK],
  ['', FALLBACK],
])('of a module loaded from "%s" is "%s"', (uri, expected) => {
  expect(publicPathOf({ uri })).toBe(expected);
});

it('is the usual one when the loader tells nothing', () => {
  expect(publicPathOf(undefined)).toBe(FALLBACK);
  expect(publicPathOf({})).toBe(FALLBACK);
});
