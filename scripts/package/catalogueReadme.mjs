// README.md as the page of the plugin in Grafana's catalogue, where links to files of the repository lead nowhere.

/** A link or a picture of Markdown: its `!`, its text, its target. */
const LINK = /(!?)\[([^\]]*)\]\(([^)\s]+)\)/g;
const HAS_ADDRESS = /^(https?:|mailto:|#)/;

/**
 * Gives links the address of the repository. Without one, a link is left as its text and a picture out altogether: the
 * catalogue shows those that plugin.json names.
 * @param {string} readme
 * @param {string | undefined} files where the files of this version are, such as `https://…/blob/v1.0.0`
 */
export function catalogueReadme(readme, files) {
  const rewritten = outsideCode(readme, (text) =>
    text.replace(LINK, (whole, picture, label, target) => {
      if (HAS_ADDRESS.test(target)) {
        return whole;
      }
      if (files === undefined) {
        return picture ? '' : label;
      }
      return `${picture}[${label}](${files}/${target}${picture ? '?raw=true' : ''})`;
    })
  );
  return rewritten.replace(/\n{3,}/g, '\n\n');
}

/**
 * The README that is built into dist/, beside which there are pictures and none of the documents: its links are those of
 * the catalogue.
 * @param {string} readme
 * @param {string | undefined} files where the files of this version are
 */
export function builtReadme(readme, files) {
  return outsideCode(readme, (text) =>
    text.replace(LINK, (whole, picture, label, target) => {
      if (picture) {
        return whole.replace('(www/plugin/img/', '(img/');
      }
      if (HAS_ADDRESS.test(target)) {
        return whole;
      }
      return files === undefined ? label : `[${label}](${files}/${target})`;
    })
  );
}

/** Changes a Markdown text except for its fenced blocks. @param {string} text @param {(prose: string) => string} change */
function outsideCode(text, change) {
  return text
    .split(/(^ *```[\s\S]*?^ *```$)/m)
    .map((part) => (/^ *```/.test(part) ? part : change(part)))
    .join('');
}
