// Servers that a journey leads to, with what they have sent: the real ones where they are installed, else what stands in.
import { setTimeout as sleep } from 'node:timers/promises';

import { NO_MOSQUITTO, publishMqtt, startMosquitto } from '../../support/mqttServer.mjs';
import { startSignalK as startPeer } from '../../support/peers/signalK.mjs';
import { NO_SIGNALK, startSignalK } from '../../support/signalkServer.mjs';

/**
 * @typedef {import('node:test').TestContext} TestContext
 * @typedef {[series: string, value: number]} Sent a value that a server has sent, and the series that it is of
 *
 * @typedef {object} Server
 * @property {string} url
 * @property {() => Sent[]} sent the newest
 */

/** How often values change, in milliseconds. */
const EVERY_MS = 250;

/** What is measured, by name, at a time in milliseconds. @type {Record<string, (ms: number) => number>} */
const BOAT = {
  'navigation.speedOverGround': (ms) => 4 + Math.sin(ms / 1500),
  'navigation.headingTrue': (ms) => 1.2 + 0.4 * Math.sin(ms / 2300),
};

/** @type {Record<string, (ms: number) => number>} */
const PLANT = {
  'plant/hall1/temperature': (ms) => 21 + 2 * Math.sin(ms / 1900),
  'plant/hall2/temperature': (ms) => 18 + Math.sin(ms / 1400),
};

/**
 * Publishes what is measured again and again until the test ends.
 * @param {TestContext} t
 * @param {Record<string, (ms: number) => number>} measured
 * @param {(values: Sent[]) => unknown} publish
 * @returns {() => Sent[]}
 */
function publishing(t, measured, publish) {
  /** @type {Sent[]} */
  const sent = [];
  let isOver = false;
  const run = async () => {
    while (!isOver) {
      const values = Object.entries(measured).map(
        ([name, at]) => /** @type {Sent} */ ([name, rounded(at(Date.now()))])
      );
      sent.push(...values);
      await publish(values);
      await sleep(EVERY_MS);
    }
  };
  // A server that has gone is told by the panel.
  const done = run().catch(() => undefined);
  t.after(async () => {
    isOver = true;
    await done;
  });
  return () => sent;
}

/** @param {number} value */
const rounded = (value) => Math.round(value * 1000) / 1000;

/** A boat. @param {TestContext} t @returns {Promise<Server>} */
export async function boat(t) {
  if (NO_SIGNALK) {
    const peer = await startPeer(t);
    const publish = (/** @type {Sent[]} */ values) => values.forEach(([name, value]) => peer.publish(name, value));
    return { url: peer.url, sent: publishing(t, BOAT, publish) };
  }
  const server = await startSignalK(t);
  const tell = await server.sensor();
  return {
    url: server.url,
    sent: publishing(t, BOAT, (values) => values.forEach(([name, value]) => tell(name, value))),
  };
}

/** A broker; without one, the demo feed stands in. @param {TestContext} t @param {any} feed @returns {Promise<Server>} */
export async function broker(t, feed) {
  if (NO_MOSQUITTO) {
    return { url: `${feed.url}/mqtt`, sent: () => feed.sent('/mqtt').slice(-200).flatMap(publication) };
  }
  const server = await startMosquitto(t);
  const publish = (/** @type {Sent[]} */ values) =>
    publishMqtt(
      server.port,
      values.map(([topic, payload]) => ({ topic, payload }))
    );
  return { url: server.url, sent: publishing(t, PLANT, publish) };
}

/** What a packet of the demo feed publishes (MQTT 5.0 §3.3). @param {Buffer} packet @returns {Sent[]} */
function publication(packet) {
  if (packet[0] !== 0x30) {
    return [];
  }
  const begin = 4 + packet.readUInt16BE(2);
  const value = /-?[\d.]+$/.exec(packet.toString('utf8', begin));
  return value ? [[packet.toString('utf8', 4, begin), Number(value[0])]] : [];
}
