/**
 * Renders the pictures in docs/screens again: every page in every state, in each of the looks below. Run by hand from
 * the project's folder:
 *
 *   npm run compile && node .build/test/support/pages/screens.js
 *
 * Names of states as arguments render these only.
 */
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { BrowserContextOptions } from 'playwright-core';
import { launchBrowser } from '../chromium.js';
import { galleryApp, galleryPages } from './gallery-app.js';
import { gallery } from './gallery.js';

const looks: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: 'light', viewport: { width: 640, height: 480 } },
  dark: { colorScheme: 'dark', viewport: { width: 640, height: 480 } },
  phone: { colorScheme: 'light', viewport: { width: 320, height: 568 } },
};

const folder = join('docs', 'screens');
mkdirSync(folder, { recursive: true });
const chosen = process.argv.slice(2);
const states = chosen.length > 0 ? chosen : [...gallery.keys()];
const pages = galleryPages();
const server = createServer(galleryApp(pages));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;
const browser = await launchBrowser();
try {
  for (const [look, options] of Object.entries(looks)) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    for (const state of states) {
      await page.goto(`http://127.0.0.1:${port}/${state}`);
      // A blinking caret would make every picture different.
      await page.screenshot({
        path: join(folder, `${state}-${look}.png`),
        caret: 'hide',
        animations: 'disabled',
        fullPage: true,
      });
    }
    await context.close();
  }
  console.log(`${states.length * Object.keys(looks).length} pictures in ${folder}`);
} finally {
  await browser.close();
  server.close();
}
