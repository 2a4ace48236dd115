// What can be seen of a panel in its editor, as it is drawn.

/**
 * @typedef {object} Seen
 * @property {SeenSeries[]} series of the legend
 * @property {{ severity: string, text: string }[]} notices those of the panel, and messages on the page
 *
 * @typedef {object} SeenSeries
 * @property {string} name
 * @property {string} last the newest value, as it is written
 * @property {number} drawn points of the chart in the colour of the series
 */

/** @param {import('playwright-core').Page} page @returns {Promise<Seen>} */
export const seenOn = (page) => page.evaluate(look);

/** Runs in the page. */
function look() {
  /** @param {string} selector */
  const all = (selector, within = /** @type {ParentNode} */ (document)) => [
    .../** @type {NodeListOf<HTMLElement>} */ (within.querySelectorAll(selector)),
  ];
  const canvas = /** @type {HTMLCanvasElement | null} */ (document.querySelector('.uplot canvas'));
  const pixels = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];

  /** How many pixels are of that colour. @param {string} css */
  const count = (css) => {
    const wanted = (css.match(/\d+/g) ?? []).slice(0, 3).map(Number);
    let found = 0;
    for (let at = 0; at < pixels.length; at += 4) {
      const isNear = wanted.every((part, i) => Math.abs(pixels[at + i] - part) < 24);
      found += Number(isNear && pixels[at + 3] > 96);
    }
    return found;
  };

  const series = all('[data-testid^="data-testid VizLegend series"]').map((item) => {
    const button = item.querySelector('button');
    const name = button?.innerText ?? '';
    const icon = item.querySelector('[data-testid="series-icon"]');
    const last = item.innerText
      .slice(name.length)
      .replace(/^[^:]*:/, '')
      .trim();
    return { name, last, drawn: icon ? count(getComputedStyle(icon).backgroundColor) : 0 };
  });

  const inHeader = all('[data-testid^="panel-notice-"]').map((icon) => {
    const [severity, ...text] = (icon.getAttribute('aria-label') ?? '').split(': ');
    return { severity, text: text.join(': ') };
  });
  const alerts = all('[data-testid^="data-testid Alert "]').map((alert) => ({
    severity: (alert.dataset.testid ?? '').replace('data-testid Alert ', ''),
    text: alert.innerText,
  }));
  // What is wrong with a field stands beside it.
  const atFields = all('[role="alert"]')
    .filter((alert) => !alert.matches('[data-testid^="data-testid Alert "]'))
    .map((alert) => ({ severity: 'error', text: alert.innerText }));
  return { series, notices: [...inHeader, ...alerts, ...atFields] };
}
