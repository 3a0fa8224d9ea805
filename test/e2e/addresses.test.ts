import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { confirmEmailFlow, verifyEmailFlow, waitlistFlow } from '../../lib/flows.js';
import { sampleOf } from '../support/campaign.js';
import { launchBrowser } from '../support/chromium.js';
import { openAccountsApp, type AccountsApp } from '../support/e2e/accounts-app.js';
import { habits, Person } from '../support/e2e/person.js';

for (const habit of sampleOf(habits, 1))
  describe(`flows for addresses in a browser, ${habit.how}`, () => {
    let accounts: AccountsApp;
    let browser: Browser;
    let ann: Person;
    before(async () => {
      [accounts, browser] = await Promise.all([
        openAccountsApp([
          verifyEmailFlow({ target: '/home' }),
          confirmEmailFlow({ slug: 'confirm-email', target: '/home' }),
          waitlistFlow({ slug: 'wait', fields: ['name', 'email'], target: '/outside' }),
        ]),
        launchBrowser(),
      ]);
    });
    after(async () => {
      await browser.close();
      await accounts.close();
    });
    beforeEach(async () => {
      ann = await Person.open(accounts, browser, habit);
    });
    afterEach(() => ann.leaves());

    const isProved = async (): Promise<boolean> =>
      (await accounts.app.users.findByLogin('email', ann.email))?.emailVerified === true;

    it('a signed-in user proves their address by the code of a mail', async () => {
      await accounts.app.users.update?.(await ann.hasAccount(), { emailVerified: null });
      await ann.signIn();
      await ann.goto('/if/flow/verify-email/?next=/books');
      await ann.sees('Get a code by email');
      await ann.press();
      await ann.sees('Check your email');
      assert.equal(await ann.submit({ code: '0000-0000' }), 422);
      assert.equal(await ann.submit({ code: (await ann.mail()).code }), 303);
      assert.deepEqual([ann.path, await isProved()], ['/books', true]);
    });

    it('the link of a ticket confirms the address of the user who has signed in, by a button', async () => {
      const user = await ann.hasAccount();
      await accounts.app.users.update?.(user, { emailVerified: null });
      const { url } = await accounts.app.enrollment.tickets.create(
        { user: user.id },
        { purpose: 'verify-email', markEmailAsVerified: true },
      );
      await ann.signIn();
      await ann.goto(url);
      await ann.sees('Confirm your email address for localhost');
      assert.equal(await isProved(), false);
      await ann.press('Confirm address');
      await ann.sees('Your email address is confirmed');
      assert.equal(await isProved(), true);
    });

    it('a visitor asks for an invitation, and is on the list', async () => {
      await ann.goto('/if/flow/wait/');
      assert.equal(await ann.submit({ name: 'Ann', email: 'nowhere' }), 422);
      await ann.submit({ email: ann.email });
      await ann.sees('You’re on the list');
      const entries = await accounts.app.enrollment.waitlist.list();
      assert.deepEqual(
        entries.map(({ email }) => email),
        [ann.email],
      );
      await ann.press();
      assert.equal(ann.path, '/outside');
    });
  });
