/** Characters of a name or a value that are shown; feeds may send any number. */
const SHOWN = 80;

/** A text as far as there is room for it. */
export const short = (text: string) => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
