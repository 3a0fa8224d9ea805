/**
 * Makes the pictures of the README anew, from the example in a real browser. Run by hand from the project's folder:
 *
 *   npm run compile && node .build/test/e2e/screenshots.js
 */
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../services/chromium.js';
import { openClubHouse } from './club-house.js';
import { expiredWord } from './example.js';
import { accountOf, fillIn, goToAccountPage, password, press, submit } from './guest.js';

const folder = join('docs', 'screenshots');

async function take(page: Page, name: string): Promise<void> {
  const path = join(folder, `${name}.png`);
  // A caret that blinks and a button under the mouse would make every picture another one.
  await page.mouse.move(0, 0);
  await page.screenshot({ path, caret: 'hide', animations: 'disabled', fullPage: true });
  console.log(`${path}  ${Math.ceil(statSync(path).size / 1024)} kB`);
}

mkdirSync(folder, { recursive: true });
const [house, browser] = await Promise.all([openClubHouse(), launchBrowser()]);
try {
  const { code } = await house.administrator.invite();
  const somebody = async (): Promise<Page> =>
    (await browser.newContext({ colorScheme: 'light', viewport: { width: 800, height: 640 } })).newPage();

  const guest = await somebody();
  await guest.goto(house.page);
  await fillIn(guest, { invite_code: code });
  await take(guest, 'code');
  await submit(guest, { invite_code: expiredWord });
  await take(guest, 'code-error');

  await submit(guest, { invite_code: code });
  await fillIn(guest, accountOf('wayan'));
  await take(guest, 'account');
  await submit(guest, { password_repeat: `${password}!` });
  await take(guest, 'account-error');

  const member = await somebody();
  await member.goto(new URL('if/flow/sign-in/', house.home).href);
  await fillIn(member, { uid_field: 'wayan', password });
  await take(member, 'sign-in');
  await press(member);
  await member.goto(new URL('if/flow/sign-out/', house.home).href);
  await take(member, 'sign-out');

  const slower = await somebody();
  await goToAccountPage(slower, house.page, code);
  await submit(guest, accountOf('wayan'));
  await take(guest, 'signed-in');
  await submit(slower, accountOf('ketut'));
  await take(slower, 'refused');
} finally {
  await browser.close();
  await house.close();
}
