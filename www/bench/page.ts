// The page of the benchmark; main.mjs calls these one after the other.
import { delivery, firstPacket } from './endToEnd';
import { feedShape, feedShapes } from './feeds';
import { differentFields, megabytes, wide } from './large';
import { longRun, retainedRow } from './memory';
import { arraysOfRows, fiftyTargets, oneRowMessages } from './micro';
import { protocol, protocols, sharedSocket } from './protocols';

Object.assign(window, {
  bench: {
    arraysOfRows,
    oneRowMessages,
    fiftyTargets,
    differentFields,
    feedShape,
    feedShapes,
    protocol,
    protocols,
    sharedSocket,
    wide,
    megabytes,
    retainedRow,
    longRun,
    delivery,
    firstPacket,
  },
});
