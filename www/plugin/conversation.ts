import { PROTOCOL_PARTS } from './generated';

/**
 * How a server wants to be talked to, as data: these options of a data source make a protocol of their own, or take the
 * place of parts of a preset. `docs/protocols.md` tells what each does, with examples.
 */
export interface ConversationOptions {
  /** How several texts stand in one message. Default `message`: each message is one text. */
  framing?: 'message' | 'lines' | 'recordSeparator' | 'array' | 'sockjs';
  /** How `${id}` counts, for each connection anew. Default: numbers from 1. */
  ids?: { type?: 'number' | 'string'; start?: number };
  /** What is said and expected before anything else, step by step. */
  handshake?: HandshakeStep[];
  /** What a query is subscribed with, and what the server answers. */
  subscribe?: SubscribeRule;
  /** What takes a subscription back. Nothing is sent where `if` has no value. */
  unsubscribe?: { send: MessageTemplate; if?: string };
  /** How each side knows that the other is still there. */
  heartbeat?: HeartbeatRule;
  /** Messages that are answered as soon as they come; they are no rows. */
  replies?: Array<{ when: MessageCondition; send: MessageTemplate }>;
  /** Messages that are no rows. */
  ignore?: MessageCondition;
  /** Messages that are no rows, and what they have done. The first that holds counts. */
  control?: ControlRule[];
  /** Messages that are rows, and whose. The first that holds counts; without any, every message is for every query. */
  route?: RouteRule[];
  /**
   * `own`: a socket for each subscription, although messages could be told apart. `apart` names params: queries that differ
   * in one of them have a socket each. Default `route`.
   */
  share?: 'route' | 'own' | { apart: string[] };
  /**
   * How fast subscriptions are asked for and taken back: so many messages in a second, and at first `burst` at once
   * (default 1). All that is sent counts; what answers the server does not wait.
   */
  pace?: { perSecond: number; burst?: number };
  /** What is sent before the socket is closed for good. */
  leave?: MessageTemplate;
  /** When the server ends connections, and what its close codes mean. */
  close?: CloseRule;
  /**
   * For servers whose address says where a history begins: a parameter of the query string, and the path of whole numbers
   * in the messages. The next connection is asked for with the greatest that came, plus one.
   */
  resume?: Record<string, string>;
}

/**
 * JSON with `${…}` for values; a text is sent as it is, anything else as JSON. `{"$json": …}` is a text that holds this as
 * JSON, `{"$merge": […]}` one object with the members of several.
 */
export type MessageTemplate = unknown;

/** Paths and what has to stand there; all of them. A list of such holds when one of its items does. */
export type MessageCondition = Record<string, unknown> | Array<Record<string, unknown>>;

/** A step of the handshake: what is sent, what has to come then, or both. */
export interface HandshakeStep {
  send?: MessageTemplate;
  expect?: MessageCondition;
  /** Values of the answer that are kept as `${conn.name}`. */
  bind?: Bindings;
  /** How long the answer may take. Default 10000. */
  timeoutMs?: number;
  /** Answers that end the handshake. `stop`, the default, is for good; `reconnect` tries again, `token` once with another token. */
  fail?: Array<Reason & { when: MessageCondition; action?: 'stop' | 'reconnect' | 'token'; retryAfterMs?: RetryAfter }>;
}

/** Close codes: a number, or a range such as `"4400-4499"`. */
export interface CloseRule {
  /** After these the server is not tried again. */
  stop?: Array<number | string>;
  /** After these the server is tried again at once, if the connection was open for 5 s. */
  now?: Array<number | string>;
  /** By code or range: the milliseconds for which the server is left alone at least. */
  later?: Record<string, number>;
  /** The age at which connections are replaced without a gap, in milliseconds. `maxConnectionAgeMs` of the data source wins. */
  maxConnectionAgeMs?: number;
}

/** For how long the server is left alone at least: milliseconds, or where they stand in the message. */
export type RetryAfter = number | string | { path: string; times?: number };

/** Names for values at paths; `times` is for numbers. */
export type Bindings = Record<string, string | { path: string; times?: number }>;

/**
 * What is shown: a text, or what stands at a path (`$.error?text`: or that text where nothing does), with a code from
 * another path.
 */
export interface Reason {
  reason?: string;
  code?: string;
}

export interface SubscribeRule {
  send: MessageTemplate;
  /** Nothing is sent where this has no value. */
  if?: string;
  /** Subscriptions of which this is the same are one to the server: asked for once, taken back when the last has left. */
  once?: MessageTemplate;
  /** Values kept as `${resume.name}` from the answer and the rows, also on another socket: the first path that has one. */
  resume?: Record<string, string | string[]>;
  /** What the server answers. Without `when`, what is sent is subscribed. */
  ack?: Reason & {
    when?: MessageCondition;
    refused?: MessageCondition;
    /** Holds besides `refused`: ask again after a pause. */
    retry?: MessageCondition;
    /** Values of the answer that are kept as `${sub.name}`; `${sub.id}` is the `${id}` of the subscribe message. */
    bind?: Bindings;
    /** Rows that the answer holds: what stands at a path, or with `[*]` behind it each item there, such as `$.result[*]`. */
    data?: string;
    /** How long the answer may take. Default 10000. */
    timeoutMs?: number;
  };
}

/** Milliseconds: a number, a `${…}`, or a list that is added up. */
export type Amount = number | string | Array<number | string>;

export interface HeartbeatRule {
  send?: MessageTemplate;
  expect?: MessageCondition;
  intervalMs?: Amount;
  /** How long the answer may take. Default 10000. */
  timeoutMs?: Amount;
  /** Only after silence. */
  idle?: boolean;
  /** The longest silence of the server, whatever it sends. */
  anyWithinMs?: Amount;
}

/** `key` and `is`: whose a message is. Lists of the same length compare several values. */
export interface SubscriptionKey {
  /** Where it stands in a message. */
  key?: string | string[];
  /** What a subscription has there; a list is any of its items. */
  is?: MessageTemplate;
}

export interface ControlRule extends SubscriptionKey, Reason {
  when: MessageCondition;
  /** `handOver`: the server will end the connection; another one takes its place before, without a gap. */
  action: 'ignore' | 'notice' | 'refuse' | 'end' | 'resubscribe' | 'reconnect' | 'handOver' | 'stop' | 'token';
  /** What is said first, such as the answer to a goodbye. */
  send?: MessageTemplate;
  /** With `reconnect` and `notice`. */
  retryAfterMs?: RetryAfter;
}

export interface RouteRule extends SubscriptionKey {
  when?: MessageCondition;
  /** What of the message the query reads, such as `$.data`; `[*]` behind it: each item. Default: all of it. */
  data?: string;
  /** `data` is JSON in a text. */
  parse?: boolean;
  /** An error beside the data, which is shown. */
  errors?: string;
}

/** The parts of a protocol that the settings of a data source hold. */
export function protocolParts(settings: ConversationOptions): ConversationOptions {
  const parts = PROTOCOL_PARTS.filter((name) => settings[name] !== undefined && settings[name] !== null);
  return Object.fromEntries(parts.map((name) => [name, settings[name]]));
}

/** Whether the settings of a data source describe a protocol, or parts of one. */
export function describesProtocol(settings: ConversationOptions): boolean {
  return Object.keys(protocolParts(settings)).length > 0;
}
