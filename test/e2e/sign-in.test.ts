import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { password } from '../support/account.js';
import { itInCampaign, sampleOf } from '../support/campaign.js';
import { launchBrowser, shot } from '../support/chromium.js';
import { asked, fillIn, press, said, signUp, submit, who } from '../support/e2e/browser-page.js';
import { startExample, type Example } from '../support/e2e/example.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const signInFields = ['uid_field', 'password', 'remember_me'];

const looks: readonly { readonly look: string; readonly options: BrowserContextOptions }[] = [
  { look: 'light', options: { colorScheme: 'light', viewport: { width: 1280, height: 800 } } },
  { look: 'dark', options: { colorScheme: 'dark', viewport: { width: 1280, height: 800 } } },
  { look: 'phone', options: { colorScheme: 'light', viewport: { width: 320, height: 568 } } },
];

describe('signing in again, in a browser', () => {
  let example: Example;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  before(async () => {
    [example, browser] = await Promise.all([startExample(), launchBrowser()]);
    const first = await browser.newPage();
    await signUp(first, example.page, 'wayan');
    await first.context().close();
  });
  after(async () => {
    await browser.close();
    await example.stop();
  });
  beforeEach(async () => {
    context = await browser.newContext();
    page = await context.newPage();
  });
  afterEach(() => context.close());

  const signInPage = (): string => `${example.url}/if/flow/sign-in/`;
  const signOutPage = (): string => `${example.url}/if/flow/sign-out/`;

  async function signIn(name = 'wayan'): Promise<number> {
    await page.goto(signInPage());
    return submit(page, { uid_field: name, password });
  }

  it('a user signs in from the start page, out through the flow, and in again', async () => {
    await page.goto(example.url);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.waitForURL(signInPage());
    assert.deepEqual(await asked(page), signInFields);
    await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();

    assert.equal(await submit(page, { uid_field: 'Wayan@Example.com', password: 'something else' }), 422);
    assert.equal(await page.locator('[name=uid_field]').inputValue(), 'Wayan@Example.com');
    assert.equal(await page.locator('[name=password]').inputValue(), '');
    assert.equal(await page.locator(':focus').getAttribute('name'), 'password', 'what has to be typed has the focus');
    assert.equal(await submit(page, { password }), 303);
    assert.equal(page.url(), `${example.url}/`);
    assert.equal(await who(page), 'wayan');

    await page.getByRole('link', { name: 'Sign out on a page of its own' }).click();
    await page.waitForURL(signOutPage());
    assert.match(await said(page), /Sign out\?/);
    assert.equal(await press(page), 303);
    assert.equal(await who(page), null);
    assert.equal(await signIn(), 303);
    assert.equal(await who(page), 'wayan');
    await page.goto(signInPage());
    assert.equal(page.url(), `${example.url}/`, 'there is nothing left to do');
  });

  it('works without JavaScript', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false });
    page = await plain.newPage();
    await page.goto(signInPage());
    assert.equal(await submit(page, { uid_field: 'wayan', password: 'something else' }), 422);
    assert.match(await said(page), /couldn’t sign you in with this name and password/);
    assert.equal(await submit(page, { password }), 303);
    assert.equal(await who(page), 'wayan');
    await page.goto(signOutPage());
    await press(page);
    assert.equal(await who(page), null);
    await plain.close();
  });

  it('stays signed in after the browser was closed only when the box is checked', async () => {
    for (const ticked of [true, false]) {
      await context.clearCookies();
      await page.goto(signInPage());
      await fillIn(page, { uid_field: 'wayan', password });
      await page.getByLabel('Stay signed in on this device').setChecked(ticked);
      await press(page);
      assert.equal(await who(page), 'wayan');
      const session = (await context.cookies()).find(({ name }) => name === 'enrollment.sid');
      const days = ((session?.expires ?? 0) * 1000 - Date.now()) / 86_400_000;
      assert.ok(ticked ? Math.abs(days - 30) < 0.1 : session?.expires === -1, String(session?.expires));
    }
  });

  it('works with the keyboard alone, including the checkbox', async () => {
    await page.goto(signInPage());
    const tabTo = async (target: string): Promise<void> => {
      for (let presses = 0; presses < 8; presses += 1) {
        await page.keyboard.press('Tab');
        if ((await page.locator(`${target}:focus`).count()) === 1) {
          assert.equal(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'), 'solid', target);
          return;
        }
      }
      assert.fail(`${target} is not reached by Tab`);
    };
    await tabTo('[name=uid_field]');
    await page.keyboard.type('wayan');
    await tabTo('[name=password]');
    await page.keyboard.type(password);
    await tabTo('[name=remember_me]');
    await page.keyboard.press('Space');
    assert.ok(await page.locator('[name=remember_me]').isChecked());
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
    assert.equal(await who(page), 'wayan');
  });

  it('the pages label each field for password managers', async () => {
    await page.goto(signInPage());
    const fields: unknown = await page.evaluate(
      `[...document.querySelectorAll('main form input:not([type=hidden])')].map(
        ({ name, type, autocomplete, labels, form }) => [name, type, autocomplete, labels.length, form.method])`,
    );
    assert.deepEqual(fields, [
      ['uid_field', 'text', 'username', 1, 'post'],
      ['password', 'password', 'current-password', 1, 'post'],
      ['remember_me', 'checkbox', '', 1, 'post'],
    ]);
  });

  it('a double click signs in once', async () => {
    await page.goto(signInPage());
    await fillIn(page, { uid_field: 'wayan', password });
    await page.locator('main .enrollment-form button[type=submit]').dblclick();
    await page.locator('strong#who').waitFor();
    assert.equal(page.url(), `${example.url}/`);
    assert.equal(await who(page), 'wayan');
  });

  it('going back to the form after sign-out and resubmitting it does not sign in', async () => {
    await page.goto(signInPage());
    const step = await page.locator('[name=enrollment_step]').inputValue();
    await submit(page, { uid_field: 'wayan', password });
    await page.goto(signOutPage());
    await press(page);
    const answer = await context.request.post(signInPage(), {
      form: { enrollment_step: step, uid_field: 'wayan', password },
      maxRedirects: 0,
    });
    assert.equal(answer.status(), 403);
    await page.goto(example.url);
    assert.equal(await who(page), null);
  });

  itInCampaign('the signup and sign-in pages link to each other', async () => {
    await page.goto(example.page);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.waitForURL(signInPage());
    await page.getByRole('link', { name: 'Create an account' }).click();
    await page.waitForURL(example.page);
  });

  describe('the pages', () => {
    async function violations(): Promise<unknown> {
      await page.evaluate(axe);
      return page.evaluate(`axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => id + ': ' + html + ' ' + failureSummary)))`);
    }

    async function* way(): AsyncGenerator<string> {
      await page.goto(signInPage());
      yield 'sign-in';
      await submit(page, { uid_field: 'wayan', password: 'something else' });
      yield 'sign-in-wrong';
      await submit(page, { uid_field: '', password: '' });
      yield 'sign-in-empty';
      await submit(page, { uid_field: 'wayan', password });
      yield 'home';
      await page.goto(signOutPage());
      yield 'sign-out';
    }

    for (const { look, options } of sampleOf(looks, 1)) {
      itInCampaign(`fit and are accessible: ${look}`, async () => {
        await context.close();
        context = await browser.newContext(options);
        page = await context.newPage();
        const seen: string[] = [];
        for await (const name of way()) {
          seen.push(name);
          await shot(page, `e2e-${name}-${look}`);
          const sideways = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
          assert.equal(await page.evaluate(sideways), 0, `${name} scrolls sideways`);
          assert.deepEqual(await violations(), [], name);
        }
        assert.equal(seen.length, 5);
      });
    }
  });
});
