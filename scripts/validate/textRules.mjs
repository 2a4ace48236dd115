// Rules about the texts and pictures that the catalogue shows.

/** @typedef {import('./pluginArchive.mjs').PluginArchive} PluginArchive */

const LEAST_CHARACTERS = 400;
const TEMPLATE =
  /^# Grafana (Panel|Data Source|Data Source Backend|App) Plugin Template|<!-- This README file is going to be/m;
const JARGON = ['yarn', 'nodejs'];

/** The README without code, which neither shows links nor markup. @param {PluginArchive} plugin */
const prose = (plugin) =>
  plugin
    .textOrNone('README.md')
    .replace(/^ *```[\s\S]*?^ *```$/gm, '')
    .replace(/`[^`\n]*`/g, '');

/** @param {PluginArchive} plugin */
export function readmeOfItsOwn(plugin) {
  const readme = plugin.textOrNone('README.md');
  return [
    ...(TEMPLATE.test(readme) ? ['README.md is the one of the template.'] : []),
    ...(readme.length < LEAST_CHARACTERS ? [`README.md has ${readme.length} characters, which tell too little.`] : []),
  ];
}

/** @param {PluginArchive} plugin */
export function readmeWithoutMarkup(plugin) {
  const tag = /<\/[a-z]+>/.exec(plugin.textOrNone('README.md'))?.[0];
  return tag ? [`README.md contains HTML (${tag}), which the catalogue does not show.`] : [];
}

/** @param {PluginArchive} plugin */
export function readmeForUsers(plugin) {
  const readme = plugin.textOrNone('README.md');
  return JARGON.filter((word) => readme.includes(word)).map((word) => `README.md speaks of ${word}, to developers.`);
}

/** @param {PluginArchive} plugin */
export function readmeLinksLead(plugin) {
  const targets = [...prose(plugin).matchAll(/\[.+?\]\((.+?)\)/g)].map(([, target]) => target);
  return targets
    .filter((target) => !/^(https:|mailto:|#)/.test(target))
    .map((target) => `README.md: the link ${target} leads nowhere in the catalogue. It should begin with https://.`);
}

/** Apache-2.0 is one of the licences that the catalogue takes; the text tells whether it is that one. @param {PluginArchive} plugin */
export function licenceIsApache(plugin) {
  const text = plugin.textOrNone('LICENSE').replace(/\s+/g, ' ');
  const begins = text.trim().startsWith('Apache License Version 2.0, January 2004');
  const isWhole =
    text.includes('9. Accepting Warranty or Additional Liability.') && text.includes('END OF TERMS AND CONDITIONS');
  return [
    ...(begins && isWhole ? [] : ['LICENSE is not the text of the Apache License 2.0.']),
    ...(/\{(yyyy|name of copyright owner)\}/.test(text)
      ? ['LICENSE has places of the template that are not filled in.']
      : []),
  ];
}

/** @param {PluginArchive} plugin */
export function logosAreSvg(plugin) {
  const logos = Object.values(plugin.manifest?.info?.logos ?? {});
  return [...new Set(logos)]
    .filter((path) => !/^\s*(<\?xml[^>]*>\s*)?<svg[\s>]/.test(plugin.textOrNone(path)))
    .map((path) => `The logo ${path} is no SVG picture.`);
}

// Elements that run something or leave the picture.
const UNSAFE = ['script', 'iframe', 'audio', 'foreignobject', 'template', 'noscript', 'annotation-xml', 'math', 'xmp'];

/** @param {PluginArchive} plugin */
export function picturesRunNothing(plugin) {
  const names = [...plugin.files.keys()].filter((name) => name.endsWith('.svg'));
  return names.flatMap((name) => {
    const text = plugin.textOrNone(name);
    const elements = [...text.matchAll(/<\s*\/?\s*([\w:-]+)/g)].map(([, element]) => element.toLowerCase());
    const handlers = [...text.matchAll(/\s(on\w+)\s*=/gi)].map(([, attribute]) => attribute);
    const found = [...elements.filter((element) => UNSAFE.includes(element)), ...handlers];
    const runs = /(javascript|data):/i.exec(text)?.[0];
    return [...new Set([...found, ...(runs ? [runs] : [])])].map(
      (what) => `${name} contains ${what}, which is not safe.`
    );
  });
}

/** How files of pictures begin. */
const PICTURES = [/^\x89PNG\r\n\x1a\n/, /^\xff\xd8\xff/, /^GIF8[79]a/, /^\s*(<\?xml[^>]*>\s*)?<svg[\s>]/];

/** @param {PluginArchive} plugin */
export function screenshotsArePictures(plugin) {
  const paths = (plugin.manifest?.info?.screenshots ?? []).map(({ path }) => path);
  return paths
    .filter((path) => !PICTURES.some((begin) => begin.test(plugin.files.get(path)?.toString('latin1', 0, 400) ?? '')))
    .map((path) => `The screenshot ${path} is no PNG, JPEG, GIF or SVG picture.`);
}
