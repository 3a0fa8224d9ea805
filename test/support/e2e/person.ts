import assert from 'node:assert/strict';
import { generateSync } from 'otplib';
import type { Browser, Locator, Page } from 'playwright-core';
import type { MemoryUser } from '../../../lib/index.js';
import { password } from '../account.js';
import { shot } from '../chromium.js';
import { member } from '../http/sign-in-app.js';
import { waitUntil } from '../wait-until.js';
import type { AccountsApp } from './accounts-app.js';
import { tabTo } from './keyboard.js';

/** How somebody uses a browser. */
export interface Habit {
  readonly how: string;
  readonly javaScriptEnabled: boolean;
  /** True: every field, box, button and link is reached and used by keys. */
  readonly keysOnly: boolean;
}

/** `npm test` takes the first one. */
export const habits: readonly [Habit, ...Habit[]] = [
  { how: 'without JavaScript', javaScriptEnabled: false, keysOnly: false },
  { how: 'with JavaScript', javaScriptEnabled: true, keysOnly: false },
  { how: 'by keys alone', javaScriptEnabled: true, keysOnly: true },
];

let count = 0;

/** A user at a browser of their own. `SHOTS=1` saves a picture of each page that is looked at. */
export class Person {
  readonly name: string;
  readonly accounts: AccountsApp;
  readonly habit: Habit;
  readonly page: Page;
  #shots = 0;

  private constructor(accounts: AccountsApp, habit: Habit, page: Page, name: string) {
    this.accounts = accounts;
    this.habit = habit;
    this.page = page;
    this.name = name;
  }

  static async open(accounts: AccountsApp, browser: Browser, habit: Habit, name?: string): Promise<Person> {
    const { javaScriptEnabled } = habit;
    const page = await (
      await browser.newContext({ javaScriptEnabled, viewport: { width: 800, height: 900 } })
    ).newPage();
    page.setDefaultTimeout(8_000);
    return new Person(accounts, habit, page, name ?? `person-${String((count += 1))}`);
  }

  get email(): string {
    return `${this.name}@example.com`;
  }

  /** Makes the account, without its pages. */
  async hasAccount(): Promise<MemoryUser> {
    return member(this.accounts.app, this.name);
  }

  /** Another browser of the same user. */
  elsewhere(browser: Browser, habit = this.habit): Promise<Person> {
    return Person.open(this.accounts, browser, habit, this.name);
  }

  async goto(path: string): Promise<void> {
    await this.page.goto(new URL(path, this.accounts.origin).href);
  }

  /** The path and query of the page. */
  get path(): string {
    const { pathname, search } = new URL(this.page.url());
    return pathname + search;
  }

  /** Waits for the page with this heading, which is the only one of its level and begins the title too. */
  async sees(heading: string, ...texts: readonly (string | RegExp)[]): Promise<void> {
    await this.page
      .getByRole('heading', { level: 1, name: heading, exact: true })
      .waitFor()
      .catch(async () =>
        assert.fail(`“${heading}” is not the heading of:\n${await this.page.locator('body').innerText()}`),
      );
    assert.equal(await this.page.locator('h1').count(), 1);
    for (const text of texts) await this.page.getByText(text).first().waitFor();
    if (process.env['SHOTS'] === '1') {
      this.#shots += 1;
      const name = `way-${this.name}-${String(this.#shots).padStart(2, '0')}`;
      await shot(this.page, name);
      await this.page.emulateMedia({ colorScheme: 'dark' });
      await shot(this.page, `${name}-dark`);
      await this.page.emulateMedia({ colorScheme: 'light' });
    }
  }

  /** Types into a field. */
  async type(fieldName: string, text: string): Promise<void> {
    const field = this.page.locator(`[name="${fieldName}"]:visible`);
    if (!this.habit.keysOnly) return field.fill(text);
    await tabTo(this.page, field);
    await this.page.keyboard.press('ControlOrMeta+a');
    await this.page.keyboard.type(text);
  }

  /** Checks a box, or chooses one of several. */
  async tick(label: string | RegExp): Promise<void> {
    const box = this.page.getByLabel(label).first();
    if (!this.habit.keysOnly) return box.check();
    if ((await box.getAttribute('type')) === 'checkbox') {
      await tabTo(this.page, box);
      await this.page.keyboard.press('Space');
    } else await this.#chooseByArrows(box);
    assert.ok(await box.isChecked());
  }

  /** Presses the button with this name, the page's own one by default, and waits for the next page. Its status. */
  async press(name?: string): Promise<number> {
    await this.page.bringToFront();
    const button =
      name === undefined
        ? this.page.locator('main form.enrollment-form button[type=submit]').first()
        : this.page.getByRole('button', { name, exact: true });
    const [answer] = await Promise.all([
      this.page.waitForResponse((response) => response.request().method() === 'POST'),
      this.page.waitForEvent('load'),
      this.#use(button),
    ]);
    return answer.status();
  }

  /** Follows a link, and waits for its page. */
  async follow(name: string): Promise<void> {
    await Promise.all([
      this.page.waitForEvent('load'),
      this.#use(this.page.getByRole('link', { name, exact: true }).first()),
    ]);
  }

  async submit(fields: Readonly<Record<string, string>>, button?: string): Promise<number> {
    for (const [name, text] of Object.entries(fields)) await this.type(name, text);
    return this.press(button);
  }

  async signIn(typed = password, next = '/home'): Promise<void> {
    await this.goto(`/if/flow/sign-in/?next=${encodeURIComponent(next)}`);
    await this.submit({ uid_field: this.name, password: typed });
  }

  /** The code in the newest mail that has one, and the address of its link. */
  async mail(to = this.email): Promise<{ readonly code: string; readonly link: string }> {
    const { mailer } = this.accounts;
    const mail = await waitUntil(
      () => mailer.mails.findLast((one) => one.to === to && mailer.codeIn(one) !== null),
      () => `no mail with a code was sent to ${to}`,
    );
    mailer.clear();
    return { code: mailer.codeIn(mail) ?? '', link: mailer.linkIn(mail) ?? '' };
  }

  /** The code that an authenticator app shows now, and never shows again: the clock goes on. */
  code(secret: string): string {
    this.accounts.app.clock.advance(30_000);
    return generateSync({ secret, epoch: Math.floor(this.accounts.app.clock.now() / 1000) });
  }

  async isSignedIn(): Promise<boolean> {
    const answer = await this.page.context().request.get(`${this.accounts.origin}/me`);
    return (await answer.text()).includes(`"${this.name}"`);
  }

  async leaves(): Promise<void> {
    await this.page.context().close();
  }

  async #use(target: Locator): Promise<void> {
    if (!this.habit.keysOnly) return target.click();
    await tabTo(this.page, target);
    await this.page.keyboard.press('Enter');
  }

  /** One Tab leads to a group of radio buttons, arrows within it. */
  async #chooseByArrows(radio: Locator): Promise<void> {
    const name = (await radio.getAttribute('name')) ?? '';
    await tabTo(this.page, this.page.locator(`[name="${name}"]`));
    const group = await this.page.locator(`[name="${name}"]`).count();
    for (let presses = 0; presses <= group; presses += 1) {
      if ((await this.page.locator(':focus').getAttribute('value')) === (await radio.getAttribute('value'))) break;
      await this.page.keyboard.press('ArrowDown');
    }
    await this.page.keyboard.press('Space');
  }
}
