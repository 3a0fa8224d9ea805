import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { defineFlow, identification, userLogin } from '../../lib/index.js';
import { sourceStage } from '../../lib/stages.js';
import { password } from '../support/account.js';
import { sampleOf } from '../support/campaign.js';
import { launchBrowser } from '../support/chromium.js';
import { asked, said, submit, who } from '../support/e2e/browser-page.js';
import { openLocalApp, type LocalApp } from '../support/e2e/sso-ways-app.js';
import { ways } from '../support/e2e/sso-ways.js';
import { member } from '../support/http/sign-in-app.js';

/** Their provider lets its user be chosen among several. */
const providers = ways.filter(({ name }) => name === 'Acme' || name === 'Real');

describe('a source stage in a browser', () => {
  let browser: Browser;
  let page: Page;
  const opened: { close(): Promise<void> }[] = [];
  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());
  afterEach(async () => {
    for (const each of opened.splice(0).reverse()) await each.close();
  });

  for (const { what, name, start } of sampleOf(providers, 1))
    it(`after the password, by ${what}: a cancel, another account, then the right one signs in`, async () => {
      const started = await start();
      opened.push(started);
      const source = started.identity.source;
      const flow = defineFlow({
        slug: 'sign-in',
        title: 'Sign in',
        designation: 'authentication',
        target: '/outside',
        stages: [
          identification({ name: 'who', password: true }),
          sourceStage({ name: 'provider', source }),
          userLogin({ name: 'user-login' }),
        ],
      });
      const { origin, testApp, connections, ...local }: LocalApp = await openLocalApp(started, [flow]);
      opened.push(local);
      for (const person of ['ann', 'bob']) {
        const { id } = await member(testApp, person);
        await connections.link(id, { ...started.identity, subject: person });
      }
      const context = await browser.newContext();
      opened.push(context);
      page = await context.newPage();
      const lead = async (link: string): Promise<void> => {
        await page.getByRole('link', { name: link }).click();
        await page.waitForURL(({ pathname }) => pathname.startsWith('/interaction/'));
      };
      /** Chooses the user on the provider's page, up to a page of the app. */
      const choose = async (person: string): Promise<void> => {
        await page.getByRole('button', { name: person, exact: true }).click();
        await page.waitForURL((url) => url.origin === origin);
        await page.waitForLoadState();
      };

      await page.goto(`${origin}/if/flow/sign-in/?next=/books`);
      assert.equal(await submit(page, { uid_field: 'ann', password }), 303);
      assert.deepEqual(await asked(page), []);
      await lead(`Continue with ${name}`);
      await choose('Nobody');
      assert.match(await said(page), /didn’t share your details with us/);
      await lead('Try again');
      await choose('bob');
      assert.match(await said(page), /connected to another account/);
      // This provider changes users after a sign-out there only.
      await context.clearCookies({ domain: new URL(started.identity.issuer).hostname });
      await lead('Use another account');
      await choose('ann');
      assert.equal(page.url(), `${origin}/books`);
      assert.equal(await who(page), 'ann');
      await page.goBack();
      await page.goto(`${origin}/books`);
      assert.equal(await who(page), 'ann');
    });
});
