// token.html: where a viewer who may not edit a panel enters a token of their own. The notice of the panel leads here, and
// the panel hears of it by itself. The page has no Grafana in it: only what its address says.
import { isTokenKept, keepToken } from '../viewerToken';

/** Fills in the page, for the data source and the label in `search`. */
export function startPage(document: Document, search: string): void {
  const address = new URLSearchParams(search);
  const uid = address.get('uid') ?? '';
  const name = `Your ${address.get('label') || 'token'}`;
  const find = <E extends Element>(selector: string) => document.querySelector<E>(selector)!;
  const [field, status, forget] = [
    find<HTMLInputElement>('#token'),
    find<HTMLElement>('[role=status]'),
    find<HTMLButtonElement>('button[type=button]'),
  ];
  const show = (text?: string) => {
    const kept = isTokenKept(uid);
    status.textContent = text ?? (kept ? 'This browser keeps one. Save another to replace it.' : '');
    forget.hidden = !kept;
  };
  const keep = (token: string | undefined, done: string) => {
    field.value = '';
    show(
      keepToken(uid, token) ? done : 'This browser does not store anything for this page. Allow it to store site data.'
    );
  };
  find('label').textContent = name;
  find('form').addEventListener('submit', (event) => {
    event.preventDefault();
    const token = field.value.trim();
    if (token !== '') {
      keep(token, 'Saved. You can close this page; the panel connects by itself.');
    }
  });
  forget.addEventListener('click', () => keep(undefined, 'Forgotten.'));
  show(
    uid === ''
      ? 'The address of this page does not name a data source. Follow the link in the notice of a panel.'
      : undefined
  );
}
