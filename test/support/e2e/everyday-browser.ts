import { chromium, type Browser, type Page } from 'playwright-core';
import { wholeChromium } from '../chromium.js';
import { waitUntil } from '../wait-until.js';

/** Chromium with its back/forward cache, which test drivers usually turn off: pages are restored as they were left. */
export async function launchEverydayBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: wholeChromium(),
    args: ['--headless', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    chromiumSandbox: process.getuid?.() !== 0,
  });
}

const mark = 'document.documentElement.dataset.shown';

/** Enables `pressBack` to report how a page was restored; call it before the first page is opened. */
export async function watchPages(page: Page): Promise<void> {
  await page.addInitScript(
    `addEventListener('pageshow', ({ persisted }) => { ${mark} = persisted ? 'as it was' : 'anew'; })`,
  );
}

/** The browser's back button. Returns whether the page was reloaded or restored as it was left. */
export async function pressBack(page: Page): Promise<'anew' | 'as it was'> {
  const left: unknown = await page.evaluate(`${mark} = 'left'; history.length`);
  await page.evaluate('history.back()').catch(() => undefined);
  return waitUntil(
    async () => {
      const shown: unknown = await page.evaluate(`document.readyState === 'complete' ? ${mark} : ''`).catch(() => '');
      return shown === 'anew' || shown === 'as it was' ? shown : undefined;
    },
    () => `the browser does not go back from the last of ${String(left)} pages`,
  );
}
