import type { Page } from 'playwright-core';
import { accountOf } from '../account.js';
import { wordOfThisYear } from './example.js';

/** Types into the page's fields, by name. */
export async function fillIn(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) await page.locator(`input[name="${name}"]`).fill(value);
}

/** Presses the form's button and waits for the resulting page. The status is that of the POST itself. */
export async function press(page: Page): Promise<number> {
  // Browsers throttle background tabs.
  await page.bringToFront();
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === 'POST'),
    page.waitForEvent('load'),
    page.locator('main .enrollment-form button[type=submit]').first().click(),
  ]);
  return answer.status();
}

export async function submit(page: Page, fields: Readonly<Record<string, string>>): Promise<number> {
  await fillIn(page, fields);
  return press(page);
}

/** The names of the fields on the page, which show the current step. */
export async function asked(page: Page): Promise<readonly string[]> {
  const inputs = await page.locator('main input:not([type=hidden])').all();
  return Promise.all(inputs.map(async (input) => (await input.getAttribute('name')) ?? ''));
}

export const codePage = ['invite_code'];
export const accountPage = ['username', 'email', 'password', 'password_repeat'];

/** The text of a page's error summary, or its only text. */
export async function said(page: Page): Promise<string> {
  return (await page.locator('main').innerText()).replace(/\s+/g, ' ');
}

/** The user that the start page names as signed in; `null` if none. */
export async function who(page: Page): Promise<string | null> {
  const name = page.locator('strong#who');
  return (await name.count()) === 0 ? null : name.innerText();
}

/** From the start to the account page. */
export async function goToAccountPage(page: Page, address: string, code = wordOfThisYear): Promise<void> {
  await page.goto(address);
  await submit(page, { invite_code: code });
  await page.locator('input[name=username]').waitFor();
}

/** From the start to the end. */
export async function signUp(page: Page, address: string, name: string, code = wordOfThisYear): Promise<void> {
  await goToAccountPage(page, address, code);
  await submit(page, accountOf(name));
  await page.locator('strong#who').waitFor();
}
