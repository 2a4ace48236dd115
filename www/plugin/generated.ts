// Made from the engine's tables by `npm run generate`; a test fails when it is stale. Do not edit.

/** The formats, in the order in which `auto` tries them. */
export const FORMATS = [
  { name: 'json', title: 'JSON' },
  { name: 'ndjson', title: 'NDJSON' },
  { name: 'influx', title: 'InfluxDB line protocol' },
  { name: 'csv', title: 'CSV' },
  { name: 'logfmt', title: 'logfmt' },
  { name: 'msgpack', title: 'MessagePack' },
  { name: 'cbor', title: 'CBOR' },
  { name: 'text', title: 'Text' },
] as const;

/** Protocols that a query may name as its format. */
export const PROTOCOL_FORMATS = [
  { name: 'nats', title: 'NATS' },
  { name: 'socketio', title: 'Socket.IO' },
] as const;

/** How a server wants to be talked to, what queries and the data source tell it, whether the data source may change parts of it, and what it does with the token of the data source. */
export const PRESETS = [
  {
    name: 'action-cable',
    title: 'Action Cable',
    params: [
      { name: 'channel', title: 'Channel', isRequired: true, unset: 'needed', example: 'PricesChannel' },
      { name: 'params', title: 'Params', isRequired: false, unset: 'none', example: '' },
    ],
    options: [],
    isScript: true,
    token: undefined,
  },
  {
    name: 'binance',
    title: 'Binance',
    params: [{ name: 'streams', title: 'Streams', isRequired: true, unset: 'needed', example: 'btcusdt@trade' }],
    options: [],
    isScript: true,
    token: undefined,
  },
  {
    name: 'centrifugo',
    title: 'Centrifugo',
    params: [{ name: 'channel', title: 'Channel', isRequired: true, unset: 'needed', example: 'news' }],
    options: [],
    isScript: true,
    token: 'It sends the token with connect.',
  },
  {
    name: 'coinbase',
    title: 'Coinbase Exchange',
    params: [
      { name: 'channel', title: 'Channel', isRequired: true, unset: 'needed', example: 'ticker' },
      { name: 'products', title: 'Products', isRequired: true, unset: 'needed', example: 'BTC-USD' },
    ],
    options: [],
    isScript: true,
    token: undefined,
  },
  {
    name: 'deribit',
    title: 'Deribit',
    params: [
      { name: 'channel', title: 'Channel', isRequired: true, unset: 'needed', example: 'ticker.BTC-PERPETUAL.100ms' },
    ],
    options: [],
    isScript: true,
    token: undefined,
  },
  {
    name: 'ethereum',
    title: 'Ethereum',
    params: [{ name: 'params', title: 'Params', isRequired: true, unset: 'needed', example: '["newHeads"]' }],
    options: [],
    isScript: true,
    token: undefined,
  },
  {
    name: 'graphql-transport-ws',
    title: 'GraphQL',
    params: [
      {
        name: 'query',
        title: 'Query',
        isRequired: true,
        unset: 'needed',
        example: 'subscription { readings { value } }',
      },
      { name: 'variables', title: 'Variables', isRequired: false, unset: 'none', example: '' },
      { name: 'operationName', title: 'Operation', isRequired: false, unset: 'none', example: '' },
    ],
    options: [{ name: 'connectionParams', title: 'Connection params', isRequired: false, unset: 'none', example: '' }],
    isScript: true,
    token:
      'It sends the token where a handshake of your own has it, such as { "type": "connection_init", "payload": { "Authorization": "Bearer ${token}" } }.',
  },
  {
    name: 'graphql-ws',
    title: 'GraphQL (legacy graphql-ws)',
    params: [
      {
        name: 'query',
        title: 'Query',
        isRequired: true,
        unset: 'needed',
        example: 'subscription { readings { value } }',
      },
      { name: 'variables', title: 'Variables', isRequired: false, unset: 'none', example: '' },
      { name: 'operationName', title: 'Operation', isRequired: false, unset: 'none', example: '' },
    ],
    options: [{ name: 'connectionParams', title: 'Connection params', isRequired: false, unset: 'none', example: '' }],
    isScript: true,
    token:
      'It sends the token where a handshake of your own has it, such as { "type": "connection_init", "payload": { "Authorization": "Bearer ${token}" } }.',
  },
  {
    name: 'home-assistant',
    title: 'Home Assistant',
    params: [
      { name: 'entities', title: 'Entities', isRequired: false, unset: 'all you may see', example: 'sensor.power' },
    ],
    options: [],
    isScript: true,
    token: 'It logs in with the token, which is a long-lived access token of Home Assistant.',
  },
  {
    name: 'kraken',
    title: 'Kraken',
    params: [
      { name: 'channel', title: 'Channel', isRequired: true, unset: 'needed', example: 'ticker' },
      { name: 'symbol', title: 'Symbol', isRequired: true, unset: 'needed', example: 'BTC/USD' },
      { name: 'depth', title: 'Depth', isRequired: false, unset: "the server's default", example: '' },
      { name: 'interval', title: 'Interval', isRequired: false, unset: "the server's default", example: '' },
      { name: 'snapshot', title: 'Snapshot', isRequired: false, unset: "the server's default", example: '' },
    ],
    options: [],
    isScript: true,
    token: undefined,
  },
  {
    name: 'loki',
    title: 'Grafana Loki',
    params: [
      { name: 'query', title: 'LogQL query', isRequired: false, unset: 'that of the path', example: '{app="web"}' },
      { name: 'limit', title: 'Entries at the start', isRequired: false, unset: '100', example: '' },
      { name: 'start', title: 'Start', isRequired: false, unset: 'an hour ago', example: '' },
      { name: 'delay_for', title: 'Delay', isRequired: false, unset: '0', example: '' },
    ],
    options: [],
    isScript: true,
    token: undefined,
  },
  {
    name: 'moonraker',
    title: 'Moonraker',
    params: [
      {
        name: 'objects',
        title: 'Objects',
        isRequired: true,
        unset: 'needed',
        example: '{"extruder": ["temperature", "target"]}',
      },
    ],
    options: [],
    isScript: true,
    token: undefined,
  },
  {
    name: 'mqtt',
    title: 'MQTT',
    params: [
      { name: 'topic', title: 'Topic', isRequired: true, unset: 'needed', example: 'plant/#' },
      { name: 'qos', title: 'QoS', isRequired: false, unset: '0', example: '' },
    ],
    options: [
      { name: 'version', title: 'MQTT version', isRequired: false, unset: '5, or else 3.1.1', example: '' },
      { name: 'username', title: 'User name', isRequired: false, unset: 'none', example: '' },
      { name: 'clientId', title: 'Client id', isRequired: false, unset: 'random', example: '' },
      { name: 'keepAlive', title: 'Keep-alive (s)', isRequired: false, unset: '60', example: '' },
      { name: 'sessionExpiry', title: 'Session expiry (s)', isRequired: false, unset: '0', example: '' },
    ],
    isScript: false,
    token: 'It logs in with the token as the password of the user.',
  },
  {
    name: 'nats',
    title: 'NATS',
    params: [
      { name: 'subject', title: 'Subject', isRequired: true, unset: 'needed', example: 'plant.>' },
      { name: 'queue', title: 'Queue group', isRequired: false, unset: 'none', example: '' },
    ],
    options: [{ name: 'user', title: 'User', isRequired: false, unset: 'none', example: '' }],
    isScript: false,
    token: 'It logs in with the token: as the password of the user, or as the auth token when there is no user.',
  },
  {
    name: 'phoenix',
    title: 'Phoenix channels',
    params: [
      { name: 'topic', title: 'Topic', isRequired: true, unset: 'needed', example: 'room:lobby' },
      { name: 'event', title: 'Event', isRequired: false, unset: 'all events', example: '' },
      { name: 'payload', title: 'Join payload', isRequired: false, unset: '{}', example: '' },
    ],
    options: [],
    isScript: true,
    token: undefined,
  },
  {
    name: 'polygon',
    title: 'Polygon',
    params: [
      { name: 'event', title: 'Event', isRequired: true, unset: 'needed', example: 'T' },
      { name: 'symbol', title: 'Symbol', isRequired: true, unset: 'needed', example: 'AAPL' },
    ],
    options: [],
    isScript: true,
    token: 'It logs in with the token, which is the API key.',
  },
  {
    name: 'pusher',
    title: 'Pusher',
    params: [
      { name: 'channel', title: 'Channel', isRequired: true, unset: 'needed', example: 'prices' },
      { name: 'event', title: 'Event', isRequired: false, unset: 'all events', example: '' },
    ],
    options: [],
    isScript: true,
    token: undefined,
  },
  {
    name: 'rosbridge',
    title: 'rosbridge',
    params: [
      { name: 'topic', title: 'Topic', isRequired: true, unset: 'needed', example: '/odom' },
      { name: 'type', title: 'Type', isRequired: false, unset: 'that of the topic', example: '' },
      { name: 'throttle_rate', title: 'Throttle rate in ms', isRequired: false, unset: '0', example: '' },
    ],
    options: [],
    isScript: true,
    token: undefined,
  },
  {
    name: 'signalk',
    title: 'Signal K',
    params: [
      { name: 'path', title: 'Signal K path', isRequired: true, unset: 'needed', example: 'navigation.*' },
      { name: 'period', title: 'Period in ms', isRequired: false, unset: "the server's default", example: '' },
      { name: 'context', title: 'Context', isRequired: false, unset: 'vessels.self', example: '' },
    ],
    options: [],
    isScript: true,
    token: undefined,
  },
  {
    name: 'signalr',
    title: 'SignalR',
    params: [
      { name: 'target', title: 'Target', isRequired: false, unset: 'all', example: '' },
      { name: 'method', title: 'Method', isRequired: false, unset: 'none', example: '' },
      { name: 'arguments', title: 'Arguments', isRequired: false, unset: '[]', example: '' },
      { name: 'methodOnLeave', title: 'Method on leaving', isRequired: false, unset: 'none', example: '' },
    ],
    options: [],
    isScript: true,
    token: undefined,
  },
  {
    name: 'signalr-stream',
    title: 'SignalR (streaming methods)',
    params: [
      { name: 'method', title: 'Method', isRequired: true, unset: 'needed', example: 'Counter' },
      { name: 'arguments', title: 'Arguments', isRequired: false, unset: '[]', example: '' },
    ],
    options: [],
    isScript: true,
    token: undefined,
  },
  {
    name: 'socketio',
    title: 'Socket.IO',
    params: [
      { name: 'event', title: 'Event', isRequired: false, unset: 'all events', example: '' },
      { name: 'emit', title: 'Emit', isRequired: false, unset: 'none', example: '' },
      { name: 'emitOnLeave', title: 'Emit on leaving', isRequired: false, unset: 'none', example: '' },
    ],
    options: [
      { name: 'namespace', title: 'Namespace', isRequired: false, unset: '/', example: '' },
      { name: 'auth', title: 'Auth', isRequired: false, unset: 'none', example: '' },
    ],
    isScript: false,
    token: 'It sends the token in its auth object, as token.',
  },
  {
    name: 'sockjs',
    title: 'SockJS',
    params: [],
    options: [],
    isScript: true,
    token: undefined,
  },
  {
    name: 'stomp',
    title: 'STOMP',
    params: [
      { name: 'destination', title: 'Destination', isRequired: true, unset: 'needed', example: '/topic/plant.*' },
    ],
    options: [
      { name: 'login', title: 'Login', isRequired: false, unset: 'none', example: '' },
      { name: 'host', title: 'Virtual host', isRequired: false, unset: '/', example: '' },
    ],
    isScript: false,
    token: 'It is the passcode of the login.',
  },
  {
    name: 'wamp',
    title: 'WAMP',
    params: [
      { name: 'topic', title: 'Topic', isRequired: true, unset: 'needed', example: 'com.plant.temperature' },
      { name: 'match', title: 'Match', isRequired: false, unset: 'exact', example: '' },
    ],
    options: [
      { name: 'realm', title: 'Realm', isRequired: true, unset: 'needed', example: 'realm1' },
      { name: 'authmethods', title: 'Auth methods', isRequired: false, unset: 'none', example: '' },
      { name: 'authid', title: 'Auth ID', isRequired: false, unset: 'none', example: '' },
    ],
    isScript: true,
    token: 'It is the ticket, where the auth methods name ticket.',
  },
] as const;

/** Servers that many people have, and what a data source says to read them. Words in capitals in a URL are to be replaced: `URL_PLACEHOLDERS`. */
export const KNOWN_SERVERS = [
  {
    title: 'Binance',
    url: 'wss://stream.binance.com:9443',
    preset: 'binance',
    options: {},
    token: undefined,
    note: '',
  },
  {
    title: 'Centrifugo',
    url: 'ws://HOST:8000',
    preset: 'centrifugo',
    options: {},
    token: undefined,
    note: '',
  },
  {
    title: 'Coinbase Exchange',
    url: 'wss://ws-feed.exchange.coinbase.com',
    preset: 'coinbase',
    options: {},
    token: undefined,
    note: '',
  },
  {
    title: 'Crossbar.io',
    url: 'ws://HOST:8080/ws',
    preset: 'wamp',
    options: { realm: 'realm1' },
    token: undefined,
    note: '',
  },
  {
    title: 'Deribit',
    url: 'wss://www.deribit.com',
    preset: 'deribit',
    options: {},
    token: undefined,
    note: '',
  },
  {
    title: 'EMQX',
    url: 'ws://HOST:8083/mqtt',
    preset: 'mqtt',
    options: {},
    token: undefined,
    note: '',
  },
  {
    title: 'Ethereum node',
    url: 'ws://HOST:8546',
    preset: 'ethereum',
    options: {},
    token: undefined,
    note: "The node must serve WebSockets: geth --ws, with Grafana's address in --ws.origins.",
  },
  {
    title: 'Grafana Loki',
    url: 'ws://HOST:3100',
    preset: 'loki',
    options: {},
    token: undefined,
    note: 'It tails the logs that the query selects.',
  },
  {
    title: 'Hasura',
    url: 'wss://HOST/v1/graphql',
    preset: 'graphql-transport-ws',
    options: {},
    token: undefined,
    note: '',
  },
  {
    title: 'Home Assistant',
    url: 'ws://HOST:8123',
    preset: 'home-assistant',
    options: {},
    token: 'viewer',
    note: 'Each viewer enters a long-lived access token of their own.',
  },
  {
    title: 'Kraken',
    url: 'wss://ws.kraken.com',
    preset: 'kraken',
    options: {},
    token: undefined,
    note: '',
  },
  {
    title: 'Moonraker (Klipper)',
    url: 'ws://HOST:7125',
    preset: 'moonraker',
    options: {},
    token: undefined,
    note: '',
  },
  {
    title: 'Mosquitto',
    url: 'ws://HOST:9001',
    preset: 'mqtt',
    options: {},
    token: undefined,
    note: 'Mosquitto needs a listener with the line: protocol websockets.',
  },
  {
    title: 'NATS',
    url: 'ws://HOST:9222',
    preset: 'nats',
    options: {},
    token: undefined,
    note: 'The server needs a websocket block in its configuration.',
  },
  {
    title: 'Node-RED',
    url: 'ws://HOST:1880/ws/PATH',
    preset: undefined,
    options: {},
    token: undefined,
    note: 'A websocket out node sends to all of its clients; PATH is that of its listener.',
  },
  {
    title: 'Polygon stocks',
    url: 'wss://socket.polygon.io/stocks',
    preset: 'polygon',
    options: {},
    token: 'viewer',
    note: 'The token is the API key.',
  },
  {
    title: 'Pusher Channels',
    url: 'wss://ws-CLUSTER.pusher.com/app/KEY',
    preset: 'pusher',
    options: {},
    token: undefined,
    note: 'KEY is the key of the app, which is public.',
  },
  {
    title: 'RabbitMQ Web-MQTT',
    url: 'ws://HOST:15675/ws',
    preset: 'mqtt',
    options: {},
    token: undefined,
    note: 'Enable the plugin: rabbitmq-plugins enable rabbitmq_web_mqtt.',
  },
  {
    title: 'RabbitMQ Web-STOMP',
    url: 'ws://HOST:15674/ws',
    preset: 'stomp',
    options: {},
    token: undefined,
    note: 'Enable the plugin: rabbitmq-plugins enable rabbitmq_web_stomp.',
  },
  {
    title: 'rosbridge (ROS)',
    url: 'ws://HOST:9090',
    preset: 'rosbridge',
    options: {},
    token: undefined,
    note: '',
  },
  {
    title: 'Signal K',
    url: 'ws://HOST:3000',
    preset: 'signalk',
    options: {},
    token: undefined,
    note: '',
  },
] as const;

/** What stands in those URLs for what is to be replaced, and what by. */
export const URL_PLACEHOLDERS = {
  HOST: 'the name of your server',
  PATH: 'the path of your server',
  CLUSTER: 'the cluster of your app',
  KEY: 'the key of your app',
} as const;

/** The settings of a data source that describe a protocol, or take the place of parts of its preset. */
export const PROTOCOL_PARTS = [
  'framing',
  'ids',
  'handshake',
  'subscribe',
  'unsubscribe',
  'heartbeat',
  'replies',
  'ignore',
  'control',
  'route',
  'share',
  'pace',
  'leave',
  'close',
  'resume',
] as const;

/** Options of a query that no recording has: they stay as they are when a query is taken from one. */
export const NOT_RECORDED = [
  'path',
  'params',
  'event',
  'subscribe',
  'unsubscribe',
  'refId',
  'datasource',
  'hide',
  'key',
  'backfill',
  'keepRows',
] as const;

/** What the engine takes for an option of a query that is not set. */
export const queryDefaults = { capacity: 1000, maxRate: 10, maxSeries: 100 } as const;

/** Bounds of the options of a query. */
export const queryLimits = {
  capacity: { min: 1, max: 10000000 },
  maxRate: { min: 0, aboveMin: true, max: 1000 },
  maxSeries: { min: 1, max: 10000 },
} as const;

/** Browsers keep a viewer's own token under this name and the uid of the data source. */
export const VIEWER_TOKEN_KEY = 'freshet.token.';

/** Shortest time between two packets of a panel, in milliseconds, whatever its queries ask for. */
export const MIN_GAP_MS = 60;

/** What the engine takes for a setting of the data source that is not set. No idle time-out and no attempts mean: no limit. */
export const settingDefaults = {
  reconnectMinMs: 500,
  reconnectMaxMs: 30000,
  lingerMs: 30000,
  maxMessageBytes: 16777216,
  finiteTimeoutMs: 5000,
  journalBytes: 1048576,
} as const;

/** Bounds of the settings of a data source; an age of 0 means: never. */
export const settingLimits = {
  reconnectMinMs: { min: 50 },
  maxConnectionAgeMs: { min: 5000 },
  journalBytes: { min: 0, max: 268435456 },
} as const;

/** The units of durations, and their milliseconds. */
export const DURATION_UNITS_MS = {
  ms: 1,
  s: 1000,
  m: 60000,
  h: 3600000,
  d: 86400000,
  w: 604800000,
} as const;
