// A viewer's own token. The browser keeps it for this page, and nothing of it goes to Grafana: no query, no setting.
import { VIEWER_TOKEN_KEY } from './generated';
import type { TokenSettings } from './types';

/** What viewers call the token of their own that a data source asks for; undefined when it asks for none. */
export function viewerTokenLabel(token: TokenSettings | undefined): string | undefined {
  return token?.from === 'viewer' ? token.label?.trim() || 'token' : undefined;
}

const keyOf = (uid: string) => VIEWER_TOKEN_KEY + uid;

/** Whether this browser keeps a token for a data source. */
export function isTokenKept(uid: string): boolean {
  try {
    return (window.localStorage.getItem(keyOf(uid)) ?? '').trim() !== '';
  } catch {
    return false;
  }
}

/** Has the browser keep a token, or forget the one that it keeps. Connections that need it hear of that. False when it keeps nothing. */
export function keepToken(uid: string, token: string | undefined): boolean {
  try {
    if (token === undefined) {
      window.localStorage.removeItem(keyOf(uid));
    } else {
      window.localStorage.setItem(keyOf(uid), token);
    }
  } catch {
    return false;
  }
  // Browsers tell the other pages only. The engine of this one listens to the same event.
  window.dispatchEvent(new StorageEvent('storage', { key: keyOf(uid) }));
  return true;
}
