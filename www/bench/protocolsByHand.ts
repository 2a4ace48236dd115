// The shortest use of the JavaScript client of each protocol that does what a panel does: it subscribes, and the values
// of the query go into plain arrays. The clients are loaded when they are used, because some keep the WebSocket that
// they find as they are loaded.

/** What the feeds of the protocols send. */
export interface Reading {
  time: number;
  sensor: string;
  temperature: number;
  humidity: number;
  pressure: number;
  voltage: number;
}

/** Subscribes to a topic, and calls `append` with what comes. */
export type Client = (url: string, topic: string, append: (reading: Reading) => void) => Promise<unknown>;

export const mqtt: Client = async (url, topic, append) => {
  const { default: mqtt } = await import('mqtt');
  const client = mqtt.connect(url, { protocolVersion: 4 });
  client.on('message', (_topic, payload) => append(JSON.parse(payload.toString())));
  client.subscribe(topic);
};

export const nats: Client = async (url, topic, append) => {
  const { connect } = await import('nats.ws');
  const connection = await connect({ servers: url });
  const subscription = connection.subscribe(topic);
  void (async () => {
    for await (const message of subscription) {
      append(message.json());
    }
  })();
};

export const socketIo: Client = async (url, topic, append) => {
  const { io } = await import('socket.io-client');
  io(url, { transports: ['websocket'] }).on(topic, append);
};

export const centrifugo: Client = async (url, topic, append) => {
  const { Centrifuge } = await import('centrifuge');
  const client = new Centrifuge(url);
  const subscription = client.newSubscription(topic);
  subscription.on('publication', ({ data }) => append(data));
  subscription.subscribe();
  client.connect();
};

export const graphql: Client = async (url, topic, append) => {
  const { createClient } = await import('graphql-ws');
  const client = createClient({ url });
  client.subscribe<Record<string, Reading>>(
    { query: `subscription { ${topic} { time temperature humidity } }` },
    { next: ({ data }) => data && append(data[topic]), error: () => undefined, complete: () => undefined }
  );
};
