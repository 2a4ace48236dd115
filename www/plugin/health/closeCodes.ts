import { CLOSE_MEANINGS, PRIVATE_CLOSE_MEANING, UNKNOWN_CLOSE_MEANING } from '../generated';

/** "code 1008, policy violation, …", with the server's own reason when it gave one. */
export function describeClose(code: number, reason?: string): string {
  const isPrivate = code >= 4000 && code <= 4999;
  const meaning = CLOSE_MEANINGS[code] ?? (isPrivate ? PRIVATE_CLOSE_MEANING : UNKNOWN_CLOSE_MEANING);
  const said = reason ? `; it says "${reason}"` : '';
  return `code ${code}, ${meaning}${said}`;
}
