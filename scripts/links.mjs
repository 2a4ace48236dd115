// The links in the Markdown of the repository: where they lead, and whether that is there.
import path from 'node:path';

/** Blocks and pieces of code, in which brackets are no links. @param {string} text */
function withoutCode(text) {
  return text.replace(/^(`{3,}).*\n[\s\S]*?^\1`*$/gm, '').replace(/(`+)[^`][\s\S]*?\1/g, '');
}

/**
 * The anchors of a page's headings, as GitHub makes them: lower case, no punctuation, hyphens for spaces, and a number where a
 * heading comes again.
 * @param {string} text
 */
export function anchorsOf(text) {
  const fenceless = text.replace(/^(`{3,}).*\n[\s\S]*?^\1`*$/gm, '');
  /** @type {Map<string, number>} */
  const seen = new Map();
  return [...fenceless.matchAll(/^#{1,6} +(.+?)#*$/gm)].map(([, heading]) => {
    const words = heading.trim().replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
    const anchor = words
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-');
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
}

/** What is linked to, or shown as a picture, in order. @param {string} text */
export function linksOf(text) {
  const prose = withoutCode(text);
  const inline = prose.matchAll(/\]\(\s*<?([^\s)>]+)>?(?:\s+"[^"]*")?\s*\)/g);
  const definitions = prose.matchAll(/^ {0,3}\[[^\]]+\]:\s*<?(\S+?)>?\s*$/gm);
  const attributes = prose.matchAll(/<(?:a|img)\b[^>]*?\b(?:href|src)="([^"]*)"/g);
  const automatic = prose.matchAll(/(?<!\()<([a-z][a-z\d+.-]*:[^\s>]*)>/gi);
  return [...inline, ...definitions, ...attributes, ...automatic].map(([, target]) => target);
}

/** Names of links that are said to be defined elsewhere on the page, and are not: `[text][name]`. @param {string} text */
function undefinedNames(text) {
  const prose = withoutCode(text);
  const defined = new Set([...prose.matchAll(/^ {0,3}\[([^\]]+)\]:/gm)].map(([, name]) => name.toLowerCase()));
  const used = [...prose.matchAll(/\]\[([^\]]+)\]/g)].map(([, name]) => name);
  return used.filter((name) => !defined.has(name.toLowerCase()));
}

/** @param {string} target @returns {string | undefined} what is wrong with a link that leaves the repository */
function faultOutside(target) {
  const isWhole = URL.canParse(target) && /^https:\/\/[\w.-]+\.[a-z]{2,}([/?#]|$)/i.test(target);
  return isWhole ? undefined : 'is no complete https address';
}

/**
 * Links that lead nowhere.
 * @param {Map<string, string>} pages Markdown by its path from the root, with slashes
 * @param {Set<string>} entries all files and folders there are, by the same paths
 * @returns {string[]} a sentence for each fault
 */
export function faultsInLinks(pages, entries) {
  const anchors = new Map([...pages].map(([page, text]) => [page, new Set(anchorsOf(text))]));
  /** @param {string} page @param {string} target */
  const faultInside = (page, target) => {
    const [file, anchor] = target.split('#');
    const whole = file === '' ? page : path.posix.join(path.posix.dirname(page), decodeURI(file));
    const place = whole.replace(/\/$/, '');
    if (!entries.has(place)) {
      return 'leads to no file';
    }
    const known = anchors.get(place);
    return anchor === undefined || known?.has(decodeURIComponent(anchor)) ? undefined : 'leads to no heading';
  };
  return [...pages].flatMap(([page, text]) => [
    ...undefinedNames(text).map((name) => `${page}: [${name}] is defined nowhere on the page.`),
    ...linksOf(text).flatMap((target) => {
      const fault = /^([a-z][a-z\d+.-]*:|\/\/)/i.test(target) ? faultOutside(target) : faultInside(page, target);
      return fault ? [`${page}: ${target} ${fault}.`] : [];
    }),
  ]);
}

/** Files and the folders that they are in. @param {string[]} files */
export function entriesOf(files) {
  const folders = files.flatMap((file) => {
    const parts = file.split('/').slice(0, -1);
    return parts.map((_, i) => parts.slice(0, i + 1).join('/'));
  });
  return new Set([...files, ...folders]);
}
