/**
 * The shapes the feed server's modules share. Types only.
 *
 * @typedef {string | Buffer} Message What goes over a socket: text, or UTF-8 bytes as a binary message.
 *
 * @typedef {object} Refusal The answer to a handshake that is turned down.
 * @property {number} status HTTP status
 * @property {string} reason a sentence for whoever reads the answer
 * @property {Record<string, string>} [headers]
 *
 * @typedef {object} Welcome The answer to a handshake that is accepted.
 * @property {(client: import('./client.mjs').Client) => void} serve called once the socket is open
 * @property {number} [delayMs] how long the handshake is held back
 * @property {string} [protocol] the subprotocol to select; default: the first one offered
 * @property {string} [unaskedProtocol] a subprotocol to name although nobody offered it
 *
 * @typedef {object} Feed
 * @property {string} path
 * @property {string} example the path with the query parameters worth showing
 * @property {string} about one line for listings
 * @property {boolean} [misbehaves]
 * @property {boolean} [recorded] sends a recording
 * @property {(query: URLSearchParams, offered: string[]) => Welcome | Refusal} answer
 *   decides on a handshake; throws QueryError when a parameter is wrong
 * @property {(value: unknown) => boolean} [isRow] tells rows from replies; default: all are rows
 *
 * @typedef {object} PathStats
 * @property {number} open connections now
 * @property {number} opened connections ever
 * @property {number} refused handshakes turned down
 * @property {number} sent messages handed to sockets, counted per client
 *
 * @typedef {object} FeedStats
 * @property {number} connections open now
 * @property {number} opened ever
 * @property {Record<string, PathStats>} paths
 * @property {{ path: string, text: string }[]} received the last texts clients sent
 * @property {{ path: string, message: string }[]} faults the last protocol faults of clients
 */
export {};
