import { book } from './book.mjs';
import { burst } from './burst.mjs';
import { counter } from './counter.mjs';
import { echo } from './echo.mjs';
import { centrifugo } from './centrifugo.mjs';
import { close, drop } from './endings.mjs';
import { forbidden, protocol, slow, unauthorized, wrongProtocol } from './handshakes.mjs';
import { logs } from './logs.mjs';
import { mqtt } from './mqtt.mjs';
import { adsb, ais } from './positions.mjs';
import { replayOf, replays } from './replay.mjs';
import { sensors } from './sensors.mjs';
import { binary, simple } from './simple.mjs';
import { huge, malformed, silent } from './spoilt.mjs';
import { switches } from './switches.mjs';
import { combinedTrades, trades } from './trades.mjs';

/**
 * Every feed of one server, in the order of listings. Feeds with a memory are made anew for each server.
 *
 * @param {{ counterStart: number, recordings?: string[] }} options
 * @returns {import('../types.mjs').Feed[]}
 */
export function allFeeds({ counterStart, recordings = [] }) {
  const good = [
    simple,
    sensors,
    trades(),
    combinedTrades(),
    logs,
    burst,
    binary,
    counter(counterStart),
    echo,
    centrifugo,
  ];
  const pictures = [ais, adsb, switches, book, mqtt];
  const bad = [drop, close, silent, malformed, huge, slow, protocol, wrongProtocol, unauthorized, forbidden];
  const own = recordings.map(replayOf);
  const taken = new Set(own.map((feed) => feed.path));
  // A file of one's own takes the place of a recording of the same name.
  return [...good, ...pictures, ...bad, ...own, ...replays().filter((feed) => !taken.has(feed.path))];
}
