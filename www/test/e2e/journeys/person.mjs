// Somebody who sets up a data source and a panel, with everything they do counted.
//
// How it is counted: each click is an action, wherever it goes: on a button, into a field, on a list to open it, on an
// option. All keys that go into one field, up to the one that ends it, are an action. So a field that is filled in counts
// two (a click and keys), and so does a choice from a list (a click and the name of the option: a long list draws only
// its beginning). Reading, pointing without a click, scrolling, and waiting for what comes by itself count nothing.
//
// The page is private: a test can do nothing on it but through these methods.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { seenOn } from './picture.mjs';

/**
 * @typedef {import('playwright-core').Page} Page
 * @typedef {import('./picture.mjs').Seen} Seen
 */

const PICTURES = fileURLToPath(new URL('../../../../target/journeys/', import.meta.url));

/** So many actions lead from an empty data source page to a right panel. */
const MOST_ACTIONS = 12;

/** How long something may take to appear, in milliseconds: the machine may be busy. */
const PATIENCE_MS = 30_000;

/** A path into messages, in one of its notations. */
const JSON_PATH = /^\$($|[.[])/;

export class Person {
  #page;
  /** @type {string[]} */
  #actions = [];

  /** @param {Page} page an empty data source page */
  constructor(page) {
    page.setDefaultTimeout(PATIENCE_MS);
    this.#page = page;
  }

  /** What was done, in order. */
  get actions() {
    return [...this.#actions];
  }

  /** Clicks what is named so: one action. @param {'button' | 'link' | 'option' | 'radio'} role @param {string | RegExp} name */
  async click(role, name) {
    this.#actions.push(`click ${name}`);
    await this.#page.getByRole(role, { name }).first().click();
  }

  /** Fills a field in: two actions. @param {string} label @param {string} text */
  async write(label, text) {
    assert.doesNotMatch(text, JSON_PATH, 'a path is typed');
    this.#actions.push(`click into ${label}`, `type ${text}`);
    // A field that must be filled in is called so with a star behind it.
    await this.#page
      .getByRole('textbox', { name: new RegExp(`^${label}( ?\\*)?$`) })
      .first()
      .click();
    await this.#page.keyboard.press('ControlOrMeta+a');
    await this.#page.keyboard.type(text);
    await this.#page.keyboard.press('Tab');
  }

  /** Chooses from a list by its name: two actions. @param {string} list @param {string} option */
  async choose(list, option) {
    this.#actions.push(`click on ${list}`, `type ${option}, Enter`);
    await this.#page.getByRole('combobox', { name: list }).click();
    await this.#page.keyboard.type(option);
    await this.#page.getByRole('option', { name: option }).first().waitFor();
    await this.#page.keyboard.press('Enter');
  }

  /** Has the panel show another time range: two actions. @param {string} range */
  async chooseTimeRange(range) {
    this.#actions.push('click on the time range', `click ${range}`);
    await this.#page.getByRole('button', { name: /^Time range selected/ }).click();
    await this.#page.getByText(range, { exact: true }).first().click();
  }

  /** Waits until something can be read. @param {string | RegExp} text */
  async sees(text) {
    await this.#page.getByText(text).first().waitFor();
  }

  /**
   * Looks at the panel until it is right, and takes a picture.
   * @param {string} name of the picture
   * @param {(seen: Seen) => unknown} isRight
   */
  async arrives(name, isRight) {
    const seen = await this.#lookUntil(isRight);
    await mkdir(PICTURES, { recursive: true });
    await this.#page.screenshot({ path: path.join(PICTURES, `${name}.png`) });
    const { actions } = this;
    assert.ok(actions.length <= MOST_ACTIONS, `${actions.length} actions: ${actions.join(', ')}`);
    return seen;
  }

  /** @param {(seen: Seen) => unknown} isRight */
  async #lookUntil(isRight) {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const seen = await seenOn(this.#page);
      /** @type {unknown} */
      let fault;
      try {
        isRight(seen);
        return seen;
      } catch (error) {
        fault = error;
      }
      if (performance.now() > end) {
        await this.#page.screenshot({ path: path.join(PICTURES, 'failed.png') });
        throw new Error(`The panel is not right: ${JSON.stringify(seen)}`, { cause: fault });
      }
      await sleep(100);
    }
  }
}
