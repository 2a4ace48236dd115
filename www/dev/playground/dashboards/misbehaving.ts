import type { DashboardDefinition, PanelDefinition } from './definition';

const cases: Array<[string, string, string]> = [
  ['Drops the connection', '/drop?after=50', 'The server cuts the connection after 50 messages; it is taken up again.'],
  ['Sends broken JSON', '/malformed?every=3', 'Each third message is broken; the good rows go on.'],
  ['Says nothing', '/silent', 'The server opens the connection and never sends.'],
  ['Closes with a reason', '/close?after=20&code=4001&reason=maintenance', 'The server closes with code 4001.'],
  ['Slow handshake', '/slow?delay=3000', 'The connection stands after three seconds.'],
  ['Not allowed', '/unauthorized', 'HTTP 401. A browser is not told why its WebSocket was refused.'],
  ['Wants a subprotocol', '/protocol?want=v2', 'Refused unless the data source offers the subprotocol v2.'],
  ['Answers with a foreign subprotocol', '/wrong-protocol', 'The browser has to fail this handshake.'],
  ['Huge messages', '/huge?bytes=5000000', 'Five megabytes per message.'],
];

function panelOf([title, path, description]: (typeof cases)[number], index: number): PanelDefinition {
  return {
    title,
    description,
    visualization: 'timeseries',
    grid: [(index % 3) * 8, Math.floor(index / 3) * 7, 8, 7],
    targets: [{ refId: 'A', path }],
  };
}

/** Feeds that go wrong on demand. Each panel has to say what is wrong. */
export const misbehaving: DashboardDefinition = {
  uid: 'misbehaving',
  title: 'Feeds that misbehave',
  icon: 'exclamation-triangle',
  from: 'now-1m',
  panels: cases.map(panelOf),
};
