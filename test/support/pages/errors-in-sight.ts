import type { Page } from 'playwright-core';

/**
 * The wrong fields whose error cannot be read as a whole, or whose input is cut off, while the field has the focus:
 * reached from above and from below.
 */
export async function errorsOutOfSight(page: Page): Promise<readonly string[]> {
  const found: unknown = await page.evaluate(script);
  return Array.isArray(found) ? found.map(String) : [`no answer from the page: ${String(found)}`];
}

/** Without waiting for a frame, which never comes where JavaScript is off. */
const script = `(() => {
  const faults = [];
  for (const field of document.querySelectorAll('.enrollment-field--invalid')) {
    const input = field.querySelector('input:not([type=hidden]), select, textarea');
    const error = field.querySelector('.enrollment-field__error');
    if (!input?.checkVisibility()) continue;
    for (const from of [0, document.documentElement.scrollHeight]) {
      input.blur();
      scrollTo(0, from);
      input.focus();
      const [words, place] = [error.getBoundingClientRect(), input.getBoundingClientRect()];
      if (words.top < 0 || place.bottom > innerHeight)
        faults.push([input.id, 'error', words.top, words.bottom, 'input', place.top, place.bottom].join(' '));
    }
  }
  return faults;
})()`;
