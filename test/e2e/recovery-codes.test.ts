import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { describe, it } from 'mocha';
import { launchBrowser } from '../support/chromium.js';
import { galleryApp, galleryPages } from '../support/pages/gallery-app.js';

describe('the page of recovery codes, in a browser', () => {
  it('copies them and saves them as a file, and prints them without its buttons', async () => {
    const server = createServer(galleryApp(galleryPages()));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const origin = `http://127.0.0.1:${String(typeof address === 'object' && address !== null ? address.port : 0)}`;
    const browser = await launchBrowser();
    try {
      const context = await browser.newContext();
      await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
      const page = await context.newPage();
      await page.goto(`${origin}/recovery-codes`);
      const codes = await page.locator('.enrollment-codes code').allInnerTexts();
      assert.ok(codes.length > 1);
      const file = `${codes.join('\n')}\n`;
      await page.getByRole('button', { name: 'Copy', exact: true }).click();
      await page.getByRole('button', { name: 'Copied', exact: true }).waitFor();
      assert.equal(await page.evaluate('navigator.clipboard.readText()'), file);
      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download' }).click();
      const download = await saved;
      assert.equal(download.suggestedFilename(), 'recovery-codes.txt');
      assert.equal(readFileSync(await download.path(), 'utf8'), file);
      await page.emulateMedia({ media: 'print' });
      assert.equal(await page.getByText(codes[0] ?? '', { exact: true }).isVisible(), true);
      assert.equal(await page.getByRole('button').count(), 0);
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      const dark = "document.documentElement.style.colorScheme = 'dark'";
      const colors = `${dark}; [':root', 'h1', 'code'].map((one) => getComputedStyle(document.querySelector(one)))
        .map(({ color, colorScheme }) => color + ' ' + colorScheme)`;
      // White paper, black ink, also where the page is dark by the app's own styles.
      const [root, ...texts] = await page.evaluate<string[]>(colors);
      assert.match(root ?? '', /light only|only light/);
      assert.deepEqual(texts, Array(2).fill('rgb(0, 0, 0) light only'));
    } finally {
      await browser.close();
      server.close();
    }
  });
});
