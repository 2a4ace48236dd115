/** What is wrong with a JSONPath, as far as an editor sees it; the engine judges the rest when the query runs. */
export function jsonPathProblem(text: string): string | undefined {
  const path = text.trim();
  if (path === '') {
    return 'The path is missing. It is a JSONPath such as $.value; a field without one is left out.';
  }
  if (!path.startsWith('$')) {
    return `A JSONPath begins with $, as in $.${path.replace(/^\.+/, '')}.`;
  }
  return undefined;
}

/** What is wrong with a list of subprotocols, separated by commas. */
export function subprotocolsProblem(text: string): string | undefined {
  const names = splitList(text);
  // A "token" of RFC 9110; the browser throws at anything else.
  const odd = names.find((name) => !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name));
  if (odd !== undefined) {
    return `"${odd}" is not a subprotocol: no spaces, no quotes, none of ( ) < > @ ; : \\ / [ ] ? = { }.`;
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? undefined : `"${twice}" stands twice. Name every subprotocol once.`;
}

/** The names in a list separated by commas. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
