/**
 * Renders the screenshots of the README again, from the example in a real browser. Run by hand from the project's
 * folder:
 *
 *   npm run compile && node .build/test/e2e/screenshots.js
 */
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../chromium.js';
import { openExampleApp } from './e2e-app.js';
import { expiredWord } from './example.js';
import { accountOf, password } from '../account.js';
import { fillIn, goToAccountPage, press, submit } from './browser-page.js';

const folder = join('docs', 'screenshots');

async function take(page: Page, name: string): Promise<void> {
  const path = join(folder, `${name}.png`);
  // A blinking caret and a hovered button would make every picture different.
  await page.mouse.move(0, 0);
  await page.screenshot({ path, caret: 'hide', animations: 'disabled', fullPage: true });
  console.log(`${path}  ${Math.ceil(statSync(path).size / 1024)} kB`);
}

mkdirSync(folder, { recursive: true });
const [exampleApp, browser] = await Promise.all([openExampleApp(), launchBrowser()]);
try {
  const { code } = await exampleApp.administrator.invite();
  const somebody = async (): Promise<Page> =>
    (await browser.newContext({ colorScheme: 'light', viewport: { width: 800, height: 640 } })).newPage();

  const visitor = await somebody();
  await visitor.goto(exampleApp.page);
  await fillIn(visitor, { invite_code: code });
  await take(visitor, 'code');
  await submit(visitor, { invite_code: expiredWord });
  await take(visitor, 'code-error');

  await submit(visitor, { invite_code: code });
  await fillIn(visitor, accountOf('wayan'));
  await take(visitor, 'account');
  await submit(visitor, { password_repeat: `${password}!` });
  await take(visitor, 'account-error');

  const member = await somebody();
  await member.goto(new URL('if/flow/sign-in/', exampleApp.home).href);
  await fillIn(member, { uid_field: 'wayan', password });
  await take(member, 'sign-in');
  await press(member);
  await member.goto(new URL('if/flow/sign-out/', exampleApp.home).href);
  await take(member, 'sign-out');

  const slower = await somebody();
  await goToAccountPage(slower, exampleApp.page, code);
  await submit(visitor, accountOf('wayan'));
  await take(visitor, 'signed-in');
  await submit(slower, accountOf('ketut'));
  await take(slower, 'refused');
} finally {
  await browser.close();
  await exampleApp.close();
}
