// The editors for those who see little or use no mouse: as axe judges them in both themes, wide and narrow, and by Tab.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';

import { setStage } from './stage.mjs';

const stage = setStage();
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** 320 CSS pixels are what WCAG 2.2, 1.4.10, asks for: 1280 at a zoom of 400 %. */
const WIDTHS = [1280, 320];

/** The editors, the part of the page that is theirs, and what is on it once they are drawn. */
const EDITORS = {
  'config editor': { address: { page: 'datasource' }, part: '[data-testid="settings"]', last: 'Diagnosis' },
  'query editor': {
    address: { dashboard: 'simple', editPanel: 'panel-4' },
    part: '[aria-label="Query A"]',
    last: 'Diagnosis',
    fetched: ['Record', 'Replay a file…'],
  },
};

/** The same with the feed, which has messages, and what it suggests. */
const FEED = {
  address: { dashboard: 'new', uid: 'provisioned', editPanel: 'panel-1' },
  part: '[aria-label="Query A"]',
  last: 'Diagnosis',
  prepare: suggestAndHold,
  fetched: ['Record', 'Replay a file…'],
};

/** The same with a recording that is replayed, and its query. */
const REPLAY = { ...EDITORS['query editor'], prepare: replayAndUse };

/**
 * @typedef {object} Place an editor
 * @property {Record<string, string>} address
 * @property {string} part the part of the page that is its
 * @property {string} last what is on it once it is drawn
 * @property {(editor: any) => Promise<void>} [prepare] what is done before all is unfolded
 * @property {string[]} [fetched] buttons in parts that are fetched when they are unfolded
 */

/**
 * One of the editors with all that folds unfolded.
 * @param {any} t
 * @param {Place} place
 * @param {{ theme: string, width: number }} how
 */
async function open(t, { address, part, last, prepare, fetched = [] }, { theme, width }) {
  const { page } = await stage.visit(t, { ...address, theme });
  await page.setViewportSize({ width, height: 900 });
  await page.goto(page.url());
  const editor = page.locator(part);
  await editor.getByText(last, { exact: true }).waitFor();
  await prepare?.(editor);
  const folded = editor.locator('section button[aria-expanded="false"]');
  while ((await folded.count()) > 0) {
    await folded.first().click();
  }
  for (const name of fetched) {
    await editor.getByRole('button', { name, exact: true }).waitFor();
  }
  return { page, editor };
}

/** Opens the feed, has a query suggested, and keeps the messages as they are. */
async function suggestAndHold(editor) {
  await editor.getByRole('button', { name: 'See the feed' }).click();
  await editor.getByText(/[1-9]\d* in all/).waitFor();
  await editor.getByRole('button', { name: 'Suggest' }).click();
  await editor.getByText('The query was filled in from the messages.').waitFor();
  await editor
    .getByRole('button', { name: /^temperature: / })
    .first()
    .hover();
  await editor.getByRole('button', { name: 'Pause' }).click();
}

/** Replays a file, and takes the query that stands in it. */
async function replayAndUse(editor) {
  await editor.getByRole('button', { name: 'Recording' }).click();
  const lines = [{ query: { fields: [{ path: '$.v' }] } }, { at: Date.now(), text: '{"v":1}' }];
  await editor.locator('input[type=file]').setInputFiles({
    name: 'plant.ndjson',
    mimeType: 'application/x-ndjson',
    buffer: Buffer.from(lines.map((line) => JSON.stringify(line)).join('\n')),
  });
  await editor.getByText('Replaying plant.ndjson').waitFor();
  await editor.getByRole('button', { name: 'Use the query of the recording' }).click();
  await editor.getByText('The query was replaced by the one of the recording.').waitFor();
}

/** What axe finds: the rule, the element, and why. Runs in the page. */
async function violations(page, part) {
  await page.addScriptTag({ path: AXE });
  return page.evaluate(async (selector) => {
    const { axe } = /** @type {any} */ (window);
    const found = await axe.run(selector);
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`)
    );
  }, part);
}

/** The labels that are cut off, or stand beyond the edge of the editor. */
async function cutLabels(page, part) {
  return page.evaluate((selector) => {
    const editor = document.querySelector(selector);
    const edge = editor.getBoundingClientRect().right + 1;
    const labels = [...editor.querySelectorAll('label, legend')].filter(({ innerText }) => innerText !== '');
    const isCut = (label) => label.scrollWidth > label.clientWidth + 1 || label.getBoundingClientRect().right > edge;
    return { count: labels.length, cut: labels.filter(isCut).map(({ innerText }) => innerText) };
  }, part);
}

/** What reaches beyond the edge of the editor, but for what scrolls by itself. */
async function tooWide(page, part) {
  return page.evaluate((selector) => {
    const editor = /** @type {HTMLElement} */ (document.querySelector(selector));
    const edge = Math.min(editor.getBoundingClientRect().right, window.innerWidth) + 1;
    const scrolls = (/** @type {Element | null} */ element) => {
      for (let each = element; each !== null && each !== editor; each = each.parentElement) {
        if (getComputedStyle(each).overflowX !== 'visible') {
          return true;
        }
      }
      return false;
    };
    const all = /** @type {HTMLElement[]} */ ([...editor.querySelectorAll('*')]);
    const wide = all.filter(
      (each) => each.checkVisibility() && each.getBoundingClientRect().right > edge && !scrolls(each.parentElement)
    );
    return wide.map(({ outerHTML }) => outerHTML.slice(0, 300));
  }, part);
}

/** Controls that a person can use, each marked with a number: those that Tab has to reach. */
const markControls = (page, part) =>
  page.evaluate((selector) => {
    const all = [
      .../** @type {NodeListOf<HTMLInputElement>} */ (
        document.querySelectorAll(`${selector} :is(input, textarea, button, select, a[href])`)
      ),
    ];
    const usable = all.filter((control) => !control.disabled && control.tabIndex >= 0 && control.checkVisibility());
    // The arrow keys lead through a group of radio buttons, so Tab reaches one of them.
    const wanted = usable.filter((control) => control.type !== 'radio' || control.checked);
    wanted.forEach((control, at) => control.setAttribute('data-stop', String(at)));
    return wanted.length;
  }, part);

for (const [name, where] of Object.entries({ ...EDITORS, 'open feed': FEED, 'query editor with a replay': REPLAY })) {
  for (const theme of ['dark', 'light']) {
    for (const width of WIDTHS) {
      test(`axe finds nothing in the ${name}, and no label is cut (${theme}, ${width} px)`, async (t) => {
        const { page } = await open(t, where, { theme, width });
        assert.deepEqual(await violations(page, where.part), []);
        const { count, cut } = await cutLabels(page, where.part);
        assert.ok(count >= 8, `${count} labels`);
        assert.deepEqual(cut, []);
      });
    }
  }
}

for (const [name, where] of Object.entries(EDITORS)) {
  test(`nothing in the ${name} is wider than a page of 400 px`, async (t) => {
    const { page } = await open(t, where, { theme: 'dark', width: 400 });
    assert.deepEqual(await tooWide(page, where.part), []);
  });

  test(`Tab reaches every control of the ${name}`, async (t) => {
    const { page, editor } = await open(t, where, { theme: 'dark', width: 1280 });
    const count = await markControls(page, where.part);
    assert.ok(count >= 10, `${count} controls`);
    await editor.locator('[data-stop="0"]').focus();
    const reached = new Set(['0']);
    for (let i = 0; i < 3 * count && reached.size < count; i++) {
      await page.keyboard.press('Tab');
      const stop = await page.evaluate(() => document.activeElement?.getAttribute('data-stop'));
      if (stop) {
        reached.add(stop);
      }
    }
    const missed = await page.evaluate(
      (stops) =>
        [...document.querySelectorAll('[data-stop]')]
          .filter((control) => !stops.includes(control.getAttribute('data-stop') ?? ''))
          .map((control) => control.outerHTML),
      [...reached]
    );
    assert.deepEqual(missed, []);
  });
}

test('axe finds nothing in the JSON editor but what Monaco itself does', async (t) => {
  for (const theme of ['dark', 'light']) {
    const where = EDITORS['query editor'];
    const { page, editor } = await open(t, where, { theme, width: 1280 });
    await editor.getByRole('radio', { name: 'JSON' }).click();
    await editor.getByRole('textbox', { name: 'Query as JSON' }).waitFor();
    const found = await violations(page, where.part);
    assert.deepEqual(
      found.filter((each) => !/monaco|mtk\d/.test(each)),
      []
    );
  }
});
