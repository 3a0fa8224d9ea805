import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { sampleOf } from '../support/campaign.js';
import { accountOf, password } from '../support/account.js';
import { launchBrowser } from '../support/chromium.js';
import { accountPage, asked, codePage, fillIn, press, said, signUp, submit, who } from '../support/e2e/browser-page.js';
import { accountsIn, expiredWord, startExample, wordOfThisYear, type Example } from '../support/e2e/example.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';

for (const stores of sampleOf(['memory', 'Redis'], 1)) {
  describe(`the tutorial in a browser, over ${stores}`, () => {
    let redis: TestRedis | undefined;
    let example: Example;
    let browser: Browser;
    before(async () => {
      redis = stores === 'Redis' ? await startRedis() : undefined;
      [example, browser] = await Promise.all([
        startExample(redis === undefined ? {} : { redis: redis.url }),
        launchBrowser(),
      ]);
    });
    after(async () => {
      await browser.close();
      await example.stop();
      await redis?.stop();
    });

    async function somebody(options: { readonly javaScriptEnabled?: boolean } = {}): Promise<Page> {
      return (await browser.newContext(options)).newPage();
    }

    /**
     * The error of a field as a screen reader finds it: the element that `aria-describedby` names, inside the field.
     */
    async function errorBeside(page: Page, name: string): Promise<string | null> {
      const input = page.locator(`.enrollment-field--invalid input[name="${name}"][aria-invalid=true]`);
      if ((await input.count()) === 0) return null;
      const ids = ((await input.getAttribute('aria-describedby')) ?? '').split(' ');
      return page
        .locator(`.enrollment-field:has(input[name="${name}"]) #${ids.find((id) => id.endsWith('-error'))}`)
        .innerText();
    }

    async function walk(page: Page, name: string, code: string): Promise<void> {
      await page.goto(example.url);
      assert.match(await said(page), /You’re not signed in/);
      await page.getByRole('link', { name: 'Sign up with an invitation' }).click();
      await page.waitForURL(example.page);
      assert.deepEqual(await asked(page), codePage);

      for (const [typed, words] of [
        ['NOT-AN-INVITATION', /can’t find an invitation with this code/],
        [expiredWord, /has expired/],
        [`${code.slice(0, -1)}${code.endsWith('7') ? '8' : '7'}`, /This code has a typo/],
      ] as const) {
        assert.equal(await submit(page, { invite_code: typed }), 422);
        assert.match(await said(page), words);
        assert.equal(
          await page.locator('input[name=invite_code]').inputValue(),
          typed,
          'what was typed stays, to be mended',
        );
      }

      assert.equal(await submit(page, { invite_code: ` ${code.toLowerCase().replaceAll('-', ' ')} ` }), 303);
      assert.deepEqual(await asked(page), accountPage);
      await page.getByRole('heading', { name: 'Create your account' }).waitFor();

      assert.equal(await submit(page, { ...accountOf(name), password_repeat: `${password}!` }), 422);
      assert.match((await errorBeside(page, 'password')) ?? '', /passwords don’t match/);
      assert.deepEqual(
        await Promise.all(['username', 'email', 'password_repeat'].map((field) => errorBeside(page, field))),
        [null, null, null],
      );
      const kept = await Promise.all(accountPage.map((field) => page.locator(`input[name="${field}"]`).inputValue()));
      assert.deepEqual(kept, [name, `${name}@example.com`, '', '']);
      assert.ok(!(await page.content()).includes(password));

      assert.equal(await submit(page, { ...accountOf(name), username: 'Already-There' }), 422);
      assert.match((await errorBeside(page, 'username')) ?? '', /already taken/);
      assert.match(await said(page), /Your password is saved/);

      assert.equal(await submit(page, { username: name }), 303);
      assert.equal(page.url(), `${example.url}/`);
      assert.equal(await who(page), name);
    }

    before(async () => {
      const first = await somebody();
      await signUp(first, example.page, 'already-there');
      await first.context().close();
    });

    it('goes from the short link through a code to a signed-in account (steps 1 to 8)', async () => {
      const page = await somebody();
      await walk(page, 'wayan', example.printed.code);
      const account = (await accountsIn(example.database)).find(({ username }) => username === 'wayan');
      assert.equal(account?.email, 'wayan@example.com');
      assert.match(account.passwordHash, /^\$argon2id\$/);
      assert.match(account.redemptionKey ?? '', /:1$/);

      await page.goto(example.page);
      assert.equal(page.url(), `${example.url}/`, 'there is nothing left to do');
      await press(page);
      assert.equal(await who(page), null);
      await page.context().close();

      const next = await somebody();
      await next.goto(example.page);
      assert.equal(await submit(next, { invite_code: example.printed.code }), 422);
      assert.match(await said(next), /has already been used/);
      await next.context().close();
    });

    if (stores === 'memory') {
      it('works with the keyboard alone, with a visible focus throughout', async () => {
        const page = await somebody();
        await page.goto(example.url);
        const tabTo = async (target: string): Promise<void> => {
          for (let presses = 0; presses < 12; presses += 1) {
            await page.keyboard.press('Tab');
            assert.equal(
              await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'),
              'solid',
              `on the way to ${target}`,
            );
            if ((await page.locator(`${target}:focus`).count()) === 1) return;
          }
          assert.fail(`${target} is not reached by Tab`);
        };
        const enter = async (): Promise<void> => {
          await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
        };
        const focused = async (): Promise<string | null> => page.locator(':focus').getAttribute('id');

        await tabTo('a.enrollment-button');
        await enter();
        await tabTo('[name=invite_code]');
        await page.keyboard.type('wrong');
        await enter();
        assert.equal(await focused(), 'field-invite_code', 'the field to be mended has the focus');
        await page.keyboard.press('Control+a');
        await page.keyboard.type(wordOfThisYear);
        await enter();
        for (const [field, value] of Object.entries({
          ...accountOf('made'),
          email: 'no address',
          password_repeat: 'another',
        })) {
          await tabTo(`[name=${field}]`);
          await page.keyboard.type(value);
        }
        await tabTo('button[type=submit]');
        await enter();
        assert.equal(await focused(), 'field-email');
        await page.locator('.enrollment-errors a', { hasText: 'Email address' }).focus();
        await page.keyboard.press('Enter');
        assert.equal(await focused(), 'field-email', 'the summary leads to the field');
        await page.keyboard.press('Control+a');
        await page.keyboard.type('made@example.com');
        for (const field of ['password', 'password_repeat']) {
          await tabTo(`[name=${field}]`);
          await page.keyboard.type(password);
        }
        await enter();
        assert.equal(await who(page), 'made');
        await page.context().close();
      });
    } else {
      it('works without JavaScript', async () => {
        const page = await somebody({ javaScriptEnabled: false });
        await page.goto(example.page);
        await submit(page, { invite_code: 'wrong' });
        assert.match(await said(page), /can’t find an invitation/);
        await submit(page, { invite_code: wordOfThisYear });
        await fillIn(page, { ...accountOf('ketut'), password_repeat: 'another' });
        assert.equal(await press(page), 422);
        assert.match((await errorBeside(page, 'password')) ?? '', /passwords don’t match/);
        assert.equal(await submit(page, { password, password_repeat: password }), 303);
        assert.equal(await who(page), 'ketut');
        await page.context().close();
      });
    }
  });
}
