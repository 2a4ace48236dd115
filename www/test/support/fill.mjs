// Text into a field, as a person would put it there.
import { BROWSER } from './browser.mjs';

/**
 * Replaces what stands in a field. In Firefox it is typed: what Playwright fills in over WebDriver BiDi stands in the field,
 * but React does not hear of it.
 * @param {import('playwright-core').Locator} field
 * @param {string} text
 */
export async function fill(field, text) {
  if (BROWSER === 'chromium') {
    await field.fill(text);
    return;
  }
  await field.click();
  await field.press('Control+A');
  await field.press('Delete');
  await field.pressSequentially(text);
}
