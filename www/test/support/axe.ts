import axe from 'axe-core';

/**
 * What axe finds wrong with a part of a page: the rule and the element of each. jsdom draws nothing, so colours are not
 * judged; and what landmarks a page has is up to the page.
 */
export async function violationsIn(element: Element): Promise<string[]> {
  const { violations } = await axe.run(element, {
    rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
  });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
