// THIRD_PARTY_LICENSES.txt: what is in the package of others, and the texts under which they give it.
import satisfies from 'spdx-satisfies';

/** @typedef {import('./components.mjs').Component} Component */

const RULE = '-'.repeat(80);
const ORIGIN = { npm: 'npm package', cargo: 'crate', rust: 'of the Rust compiler' };

/** @param {Component[]} components */
export function thirdPartyText(components) {
  const lines = components.map(
    ({ ecosystem, name, version, licence }) => `${name} ${version} (${ORIGIN[ecosystem]}): ${licence}`
  );
  return [
    'This plugin contains code of the packages below. After the list come the texts of their licences, each once, with',
    'the packages that carry it. A package that carries none is used under the Apache License 2.0, whose text is in the',
    'file LICENSE.',
    '',
    ...lines,
    ...[...textsOf(components)].flatMap(([text, names]) => ['', RULE, ...names, RULE, '', text]),
    '',
  ].join('\n');
}

/** Each text with the packages that carry it. @param {Component[]} components @returns {Map<string, string[]>} */
function textsOf(components) {
  /** @type {Map<string, string[]>} */
  const texts = new Map();
  for (const { name, version, licence, texts: own } of components) {
    if (own.length === 0 && !satisfies(licence, ['Apache-2.0'])) {
      throw new Error(`${name} ${version} comes without the text of its licence, ${licence}.`);
    }
    own.forEach((text) => texts.set(text, [...(texts.get(text) ?? []), `${name} ${version}`]));
  }
  return texts;
}
