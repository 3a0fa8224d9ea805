import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';

const most = 60;

/** Presses Tab until one of the elements has the focus, which then can be seen. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses <= most; presses += 1) {
    if ((await target.and(page.locator(':focus')).count()) > 0) {
      const outline: unknown = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
      assert.equal(outline, 'solid', `the focus on ${target.toString()} is not seen`);
      return;
    }
    await page.keyboard.press('Tab');
  }
  assert.fail(`${target.toString()} is not reached by Tab`);
}
