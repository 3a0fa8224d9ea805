import { randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';
import { accountOf } from '../account.js';
import { goToAccountPage, press, submit } from './browser-page.js';
import { expiredWord, type Example } from './example.js';

/**
 * Goes through every page that a visitor can see, and yields each page's name. Other activity, such as another tab,
 * happens in a second page of the same browser.
 */
export async function* signUpSteps(page: Page, example: Example): AsyncGenerator<string> {
  const name = `g${randomBytes(6).toString('hex')}`;
  await page.goto(example.url);
  yield 'home';
  await page.goto(`${example.url}/if/flow/nothing/`);
  yield 'not found';

  await page.goto(example.page);
  yield 'code';
  await submit(page, { invite_code: expiredWord });
  yield 'code with an error';
  await goToAccountPage(page, example.page);
  yield 'account';
  await submit(page, { username: 'two words', email: `${name}@`, password: 'short', password_repeat: 'other' });
  yield 'account with errors';
  await page.goto(`${example.page}cancel/`);
  yield 'cancel';

  await press(page);
  yield 'stopped';

  await goToAccountPage(page, example.page);
  const other = await page.context().newPage();
  await other.goto(`${example.page}cancel/`);
  await press(other);
  await other.close();
  await press(page);
  yield 'form no longer valid';

  await goToAccountPage(page, example.page);
  await page.context().clearCookies();
  await submit(page, accountOf(name));
  yield 'cookies are needed';

  await goToAccountPage(page, example.page);
  await submit(page, accountOf(name));
  yield 'signed in';
  // A signed-in user whose browser keeps no cookie of the plan.
  await page.context().clearCookies({ name: /plan/ });
  await page.goto(example.page);
  yield 'signed in already';
}
