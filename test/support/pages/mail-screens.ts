/**
 * Renders the pictures in docs/screens/mail again: every mail, light and dark. Run by hand from the project's folder:
 *
 *   npm run compile && node .build/test/support/pages/mail-screens.js
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isLetterKind, isUnrequested, mailKinds } from '../../../lib/base/mail-kinds.js';
import { english } from '../../../lib/base/texts/english.js';
import { sampleContent } from '../../../lib/mail/sample-content.js';
import { createMails } from '../../../lib/pages/mails.js';
import { launchBrowser } from '../chromium.js';

const folder = join('docs', 'screens', 'mail');
mkdirSync(folder, { recursive: true });
const draw = createMails({ texts: english, brandName: 'Acme', cache: true });
const home = 'https://acme.example/if/flow/';
/** As long as real ones. */
const letterLink = `${home}set-password/-/ticket?ticket=V1AYLPux5gFisZvxkTbeLw.3g1ggYvT__xfIaMbJnxOsLpnEPmGDwJj&mail=WAu1IV5xJ5LaBXsWKLgF9g`;
const invitationLink = `${home}invite/?invite=7K3M-QX9P-2VTD&mail=WAu1IV5xJ5LaBXsWKLgF9g`;
const stopLink = 'https://acme.example/flows/-/unsubscribe?token=V1AYLPux5gFisZvxkTbeLw';
const browser = await launchBrowser();
try {
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ colorScheme, viewport: { width: 640, height: 320 } });
    const page = await context.newPage();
    for (const kind of mailKinds) {
      const link = isUnrequested(kind) ? invitationLink : isLetterKind(kind) ? letterLink : `${home}sign-in/`;
      const content = sampleContent(kind, { locale: 'en', home: link, now: Date.UTC(2026, 0, 1, 9) });
      await page.setContent(draw(content, 'bob@example.com', { unsubscribeUrl: stopLink }).html);
      await page.screenshot({ path: join(folder, `${kind}-${colorScheme}.png`), fullPage: true });
    }
    await context.close();
  }
  console.log(`${String(mailKinds.length * 2)} pictures in ${folder}`);
} finally {
  await browser.close();
}
