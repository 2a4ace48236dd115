// The page of the benchmark; main.mjs calls these one after the other.
import { delivery, deliveryWithMistakes, firstPacket } from './endToEnd';
import { feedShape, feedShapes } from './feeds';
import { differentFields, megabytes, wide } from './large';
import { longRun, retainedRow } from './memory';
import { arraysOfRows, fiftyTargets, oneInAHundred, oneRowMessages } from './micro';
import { protocol, protocols, sharedSocket } from './protocols';

Object.assign(window, {
  bench: {
    arraysOfRows,
    oneRowMessages,
    oneInAHundred,
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
    deliveryWithMistakes,
    firstPacket,
  },
});
