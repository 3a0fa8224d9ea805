import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What is wrong with the page as it is shown; empty if everything fits, can be reached and can be read. */
export async function lookFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const found = [await textsOf(page, violations), await textsOf(page, misfits), await textsOf(page, hiddenErrors)];
  return [...found.flat(), ...(await menuFaults(page))];
}

/** What is wider than its place; empty if everything fits. */
export async function widthFaults(page: Page): Promise<readonly string[]> {
  return [...(await textsOf(page, misfits)), ...(await menuFaults(page))];
}

/** The same for the open menu of languages. */
async function menuFaults(page: Page): Promise<readonly string[]> {
  const menu = page.locator('.enrollment-languages summary');
  if ((await menu.count()) === 0) return [];
  await menu.click();
  return textsOf(page, `${misfits}.concat(${unreachable})`);
}

/** Choices of the menu that lie above the page, where one cannot scroll. */
const unreachable = `[...document.querySelectorAll('.enrollment-languages__link')].filter(
  (link) => !link.checkVisibility() || link.getBoundingClientRect().top + scrollY < 0,
).map((link) => 'out of reach: ' + link.outerHTML)`;

async function textsOf(page: Page, script: string): Promise<readonly string[]> {
  const result: unknown = await page.evaluate(script);
  return Array.isArray(result) ? result.map(String) : [`no answer from the page: ${String(result)}`];
}

/** Rules of axe, with the targets of WCAG 2.2. */
const violations = `axe.run({ rules: { 'target-size': { enabled: true } } }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ': ' + html + ' ' + failureSummary)))`;

/**
 * Content that is wider than its place, and targets below 24 px. A label belongs to the target; a link in a
 * sentence, unless it is one of consent, and a value that scrolls in its input are exempt.
 */
const misfits = `(() => {
  const faults = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) faults.push('the page scrolls sideways');
  const shown = (element) => element.checkVisibility() && element.getClientRects().length > 0;
  for (const element of document.querySelectorAll('body *')) {
    if (!shown(element) || element.matches('input, select, option')) continue;
    const { display } = getComputedStyle(element);
    const { left, right } = element.getBoundingClientRect();
    if (left < -1 || right > innerWidth + 1) faults.push('outside the page: ' + element.outerHTML);
    if (display !== 'inline' && element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1)
      faults.push('too wide: ' + element.outerHTML);
  }
  for (const target of document.querySelectorAll('a, button, summary, select, input:not([type=hidden])')) {
    if (!shown(target) || (target.matches('a') && getComputedStyle(target).display === 'inline' && target.closest('p, label, legend') && !target.closest('.enrollment-consent')))
      continue;
    const boxes = [target, ...(target.labels ?? [])].map((element) => element.getBoundingClientRect());
    const reach = (near, far) => Math.max(...boxes.map((box) => box[far])) - Math.min(...boxes.map((box) => box[near]));
    if (reach('left', 'right') < 24 || reach('top', 'bottom') < 24) faults.push('small target: ' + target.outerHTML);
  }
  return faults;
})()`;

/** Fields whose error cannot be read while the field has the focus. */
const hiddenErrors = `(async () => {
  const faults = [];
  for (const field of document.querySelectorAll('.enrollment-field')) {
    const error = field.querySelector(':scope > .enrollment-field__error');
    const input = field.querySelector('input, select');
    if (error === null || input === null) continue;
    input.blur();
    scrollTo(0, 0);
    input.focus();
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const words = error.getBoundingClientRect();
    const place = input.getBoundingClientRect();
    if (words.top < 0 || words.bottom > innerHeight || place.top < 0 || place.bottom > innerHeight)
      faults.push('error out of sight: ' + input.outerHTML + ' ' + [words.top, words.bottom, place.top, place.bottom]);
  }
  return faults;
})()`;
