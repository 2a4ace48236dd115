// The page of the benchmark; main.mjs calls these one after the other.
import { delivery, firstPacket } from './endToEnd';
import { longRun, retainedRow } from './memory';
import { arraysOfRows, fiftyTargets, oneRowMessages } from './micro';

Object.assign(window, {
  bench: { arraysOfRows, oneRowMessages, fiftyTargets, retainedRow, longRun, delivery, firstPacket },
});
