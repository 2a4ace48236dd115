/** What the close codes of RFC 6455, and of its registry, say to a person who set up a data source. */
const MEANINGS: Readonly<Record<number, string>> = {
  1000: 'the server was done',
  1001: 'the server is going away',
  1002: 'the server saw a protocol error',
  1003: 'the server does not accept this kind of data',
  1005: 'no reason given',
  1006: 'the connection broke without a closing message',
  1007: 'the server could not read what was sent',
  1008: 'the server refused by its policy, often because credentials are missing',
  1009: 'a message was too large',
  1010: 'the server misses an extension',
  1011: 'the server failed',
  1012: 'the server restarts',
  1013: 'the server is overloaded',
  1014: 'a gateway got no good answer from the server behind it',
  1015: 'the TLS handshake failed',
};

/** "code 1008, the server refused by its policy …", with the server's own reason when it gave one. */
export function describeClose(code: number, reason?: string): string {
  const meaning = MEANINGS[code] ?? "a code of the server's own";
  const said = reason ? `; it says "${reason}"` : '';
  return `code ${code}, ${meaning}${said}`;
}
