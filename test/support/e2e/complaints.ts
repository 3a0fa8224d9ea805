import type { Page } from 'playwright-core';

/** Collects what the page writes to the console, and its errors. A full browser asks for an icon, which apps need not have. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (line) => {
    if (!line.location().url.endsWith('/favicon.ico')) complaints.push(line.text());
  });
  page.on('pageerror', (error) => void complaints.push(error.message));
  return complaints;
}
