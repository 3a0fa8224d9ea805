import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { isCampaign } from './campaign.js';
import { findProgram } from './find-program.js';

const flags = [
  '--headless',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const screenshots = join('.build', 'screenshots');

const wholeBrowsers = ['chromium', 'chromium-browser', 'google-chrome'] as const;

/** The full browser, which has settings and a back/forward cache. */
export const wholeChromium = (): string => findProgram('CHROMIUM', ...wholeBrowsers);

/**
 * The same engine without the browser's interface, where installed: it takes half the time. Campaigns use the full
 * browser.
 */
const quickChromium = (): string =>
  findProgram('CHROMIUM', ...(isCampaign ? [] : ['chromium-headless-shell']), ...wholeBrowsers);

/** The system's Chromium with its own profile, which is deleted when the browser closes. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: quickChromium(),
    args: flags,
    // Chromium refuses its sandbox to root, and only to root.
    chromiumSandbox: process.getuid?.() !== 0,
  });
}

/** Saves what the page shows as `.build/screenshots/<name>.png`. */
export async function shot(page: Page, name: string): Promise<string> {
  mkdirSync(screenshots, { recursive: true });
  const path = join(screenshots, `${name}.png`);
  await page.screenshot({ path, fullPage: true, animations: 'disabled' });
  return path;
}
