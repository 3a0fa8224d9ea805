import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { itInCampaign, sampleOf } from '../support/campaign.js';
import { launchBrowser } from '../support/chromium.js';
import { asked, codePage, press, said, submit, who } from '../support/e2e/browser-page.js';
import { choose, comeAs, goToAcme, oldPassword, startSsoExample, type SsoExample } from '../support/e2e/sso-example.js';

for (const javaScriptEnabled of sampleOf([false, true], 1)) {
  describe(`a provider sign-in mid-flow, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, () => {
    let example: SsoExample;
    let browser: Browser;
    let context: BrowserContext;
    let page: Page;
    before(async () => {
      example = await startSsoExample();
      browser = await launchBrowser();
    });
    after(async () => {
      await browser.close();
      await example.stop();
    });
    beforeEach(async () => {
      context = await browser.newContext({ javaScriptEnabled });
      page = await context.newPage();
    });
    afterEach(() => context.close());

    const flow = (slug: string): string => `${example.home}if/flow/${slug}/`;

    async function assertIn(name: string | null): Promise<void> {
      await page.goto(example.home);
      assert.equal(await who(page), name);
    }

    /** Follows one of the page's links to the provider's page. */
    async function leave(name: string): Promise<void> {
      await page.getByRole('link', { name }).click();
      await page.waitForURL(({ href }) => href.startsWith(`${example.acme}interaction/`));
    }

    describe('an existing account', () => {
      it('is connected by its password only; afterwards its owner signs in directly', async () => {
        await comeAs(page, example, 'fay');
        assert.equal(page.url(), flow('connect-account'));
        assert.equal(await submit(page, { password: 'something else' }), 422);
        await assertIn(null);
        await comeAs(page, example, 'fay');
        assert.ok((await asked(page)).includes('password'), 'nothing is connected by having been here');
        assert.equal(await submit(page, { password: oldPassword }), 303);
        assert.equal(page.url(), flow('connect-account'), 'a password says who somebody is, not that they want this');
        assert.match(await said(page), /fay@example\.com/);
        await press(page);
        assert.equal(page.url(), example.home);
        assert.equal(await who(page), 'fay-fisher');

        await press(page);
        await comeAs(page, example, 'fay');
        assert.equal(page.url(), example.home);
        assert.equal(await who(page), 'fay-fisher');
      });

      it('a signed-in user connects an identity with a button, or cancels', async () => {
        await page.goto(flow('sign-in'));
        await submit(page, { uid_field: 'admin', password: oldPassword });
        assert.equal(await comeAs(page, example, 'bob'), 200);
        assert.match(await said(page), /bob/, 'it is said who is connected');
        await page.reload();
        await page.getByRole('link', { name: 'Cancel' }).click();
        await page.waitForURL(/\/cancel\/$/);
        await press(page);
        await assertIn('admin');

        const stranger = await (await browser.newContext({ javaScriptEnabled })).newPage();
        await comeAs(stranger, example, 'bob');
        assert.deepEqual(await asked(stranger), codePage, 'nothing was connected');
        await stranger.context().close();

        await comeAs(page, example, 'bob');
        assert.equal(await press(page), 303);
        assert.equal(page.url(), example.home);
        await press(page);
        await comeAs(page, example, 'bob');
        assert.equal(await who(page), 'admin');
      });

      it('an identity that belongs to another user is not connected', async () => {
        await page.goto(flow('sign-in'));
        await submit(page, { uid_field: 'admin', password: oldPassword });
        assert.equal(await comeAs(page, example, 'gus'), 403);
        await assertIn('admin');
      });
    });

    describe('“Continue with Acme”', () => {
      it('on the sign-in page: members sign in, others come to the gate', async () => {
        await page.goto(flow('sign-in'));
        await leave('Continue with Acme');
        await choose(page, example, 'gus');
        await assertIn('gustav');

        await context.clearCookies();
        await page.goto(flow('sign-in'));
        await leave('Continue with Acme');
        await choose(page, example, 'ann');
        assert.equal(page.url(), flow('no-access-yet'));
        await assertIn(null);
      });

      it('on the code page, the code from the link is kept, and no password is asked for', async () => {
        await page.goto(`${flow('invite')}?invite=${example.code}`);
        assert.equal(page.url(), flow('invite'));
        await leave('Continue with Acme');
        await choose(page, example, 'ann');
        assert.equal(page.url(), flow('invite'));
        assert.equal(await page.locator('input[name=invite_code]').inputValue(), example.code);
        await press(page);
        assert.ok(!(await asked(page)).includes('password'));
        assert.equal(await page.locator('input[name=username]').inputValue(), 'ann');
        await press(page);
        await assertIn('ann');
        assert.match(await said(page), /ann@example\.com/);
      });

      itInCampaign('after the code: it is not asked for again', async () => {
        await page.goto(flow('invite'));
        await submit(page, { invite_code: example.code });
        await leave('Continue with Acme');
        await page.goBack();
        assert.ok((await asked(page)).includes('password'), 'who comes back goes on without');
        await leave('Continue with Acme');
        await choose(page, example, '');
        await page.getByRole('link', { name: 'Go back to where you were' }).click();
        await page.waitForURL(flow('invite'));
        assert.ok(!(await asked(page)).includes('invite_code'));

        await leave('Continue with Acme');
        await choose(page, example, 'carl');
        assert.ok(!(await asked(page)).some((field) => ['invite_code', 'password'].includes(field)));
        await page.reload();
        assert.equal(await submit(page, { username: 'carl' }), 303);
        await assertIn('carl');
        await press(page);
        await comeAs(page, example, 'carl');
        assert.equal(await who(page), 'carl', 'connected');
      });
    });

    itInCampaign('“Use another account” at the gate switches accounts, or returns', async () => {
      await comeAs(page, example, 'dora');
      assert.match(await said(page), /dora/);
      await leave('Use another account');
      await choose(page, example, '');
      await page.getByRole('link', { name: 'Go back to where you were' }).click();
      await page.waitForURL(flow('no-access-yet'));
      assert.match(await said(page), /dora/);
      await leave('Use another account');
      await choose(page, example, 'eve');
      assert.match(await said(page), /eve@example\.com/);
      assert.deepEqual(await asked(page), codePage);
    });

    it('canceling at the gate signs the person out and creates no account', async () => {
      await comeAs(page, example, 'dora');
      await page.getByRole('button', { name: 'Cancel' }).click();
      const stop = page.getByRole('button', { name: 'Stop signing up' });
      await stop.waitFor();
      await Promise.all([page.waitForEvent('load'), stop.click()]);
      assert.ok(!(await asked(page)).includes('invite_code'));
      await assertIn(null);
      await goToAcme(page, example);
      await choose(page, example, 'dora');
      assert.deepEqual(await asked(page), codePage);
    });
  });
}
