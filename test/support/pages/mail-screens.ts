/**
 * Renders the pictures in docs/screens/mail again: every mail, light and dark. Run by hand from the project's folder:
 *
 *   npm run compile && node .build/test/support/pages/mail-screens.js
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { mailKinds } from '../../../lib/base/mail-kinds.js';
import { english } from '../../../lib/base/texts/english.js';
import { sampleContent } from '../../../lib/mail/sample-content.js';
import { createMails } from '../../../lib/pages/mails.js';
import { launchBrowser } from '../chromium.js';

const folder = join('docs', 'screens', 'mail');
mkdirSync(folder, { recursive: true });
const draw = createMails({ texts: english, brandName: 'Acme', cache: true });
const sample = { locale: 'en', home: 'https://acme.example/', now: Date.UTC(2026, 0, 1, 9) };
const browser = await launchBrowser();
try {
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ colorScheme, viewport: { width: 640, height: 320 } });
    const page = await context.newPage();
    for (const kind of mailKinds) {
      await page.setContent(draw(sampleContent(kind, sample), 'bob@example.com').html);
      await page.screenshot({ path: join(folder, `${kind}-${colorScheme}.png`), fullPage: true });
    }
    await context.close();
  }
  console.log(`${String(mailKinds.length * 2)} pictures in ${folder}`);
} finally {
  await browser.close();
}
