import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { password } from '../support/account.js';
import { itInCampaign, sampleOf } from '../support/campaign.js';
import { launchBrowser } from '../support/chromium.js';
import { openAccountsApp, type AccountsApp } from '../support/e2e/accounts-app.js';
import { habits, Person } from '../support/e2e/person.js';

for (const habit of sampleOf(habits, 1))
  describe(`accepting an invitation in a browser, ${habit.how}`, () => {
    let accounts: AccountsApp;
    let browser: Browser;
    let ann: Person;
    let invited: { readonly id: string; readonly code: string; readonly url: string | null };
    before(async () => {
      [accounts, browser] = await Promise.all([openAccountsApp(), launchBrowser()]);
    });
    after(async () => {
      await browser.close();
      await accounts.close();
    });
    beforeEach(async () => {
      ann = await Person.open(accounts, browser, habit);
      await ann.hasAccount();
      invited = await accounts.app.enrollment.invitations.create({ uses: 2, data: { team: 'blue' } });
    });
    afterEach(() => ann.leaves());

    const redeemed = async (): Promise<number> => (await accounts.app.enrollment.invitations.get(invited.id)).redeemed;

    /** From the page of the code, which the link has filled in, to the end. */
    async function accepts(): Promise<void> {
      await ann.sees('Accept your invitation');
      assert.equal(await ann.page.locator('[name=invite_code]').inputValue(), invited.code);
      await ann.press();
      await ann.sees('Accept your invitation', 'You will join the team blue.', `You’re signed in as ${ann.name}.`);
      assert.equal(await redeemed(), 0);
      assert.equal(await ann.press('Accept invitation'), 303);
      assert.equal(ann.path, '/teams');
      assert.equal(await redeemed(), 1);
    }

    it('by its link, as one who signs in on the way', async () => {
      await ann.goto(invited.url ?? '');
      await ann.follow('Sign in');
      await ann.sees('Sign in');
      await ann.submit({ uid_field: ann.name, password });
      await accepts();
      assert.equal(await ann.isSignedIn(), true);
    });

    itInCampaign('by its link, signed in; a second time it says so', async () => {
      await ann.signIn();
      await ann.goto(invited.url ?? '');
      await accepts();
      await ann.goto(invited.url ?? '');
      assert.equal(await ann.press(), 422);
      await ann.sees('Accept your invitation', /already accepted this invitation/);
      assert.equal(await redeemed(), 1);
    });

    itInCampaign('by a code that is typed, after a typo; it may be declined first', async () => {
      await ann.signIn();
      await ann.goto('/if/flow/accept-invitation/');
      await ann.sees('Accept your invitation');
      assert.equal(await ann.submit({ invite_code: 'AAAA-AAAA-AAAA' }), 422);
      await ann.submit({ invite_code: invited.code });
      await ann.sees('Accept your invitation', 'You will join the team blue.');
      assert.equal(await ann.press('Decline'), 303);
      assert.equal(await redeemed(), 0);
      await ann.goto(invited.url ?? '');
      await accepts();
    });

    itInCampaign('with another account: signs out, signs in, and the code is kept', async () => {
      const bob = await Person.open(accounts, browser, habit);
      await bob.hasAccount();
      await bob.leaves();
      await ann.signIn();
      await ann.goto(invited.url ?? '');
      await ann.sees('Accept your invitation');
      await ann.press();
      await ann.follow('Use another account');
      await ann.press();
      await ann.sees('Sign in to accept your invitation');
      await ann.follow('Sign in');
      await ann.submit({ uid_field: bob.name, password });
      await ann.sees('Accept your invitation');
      await ann.submit({ invite_code: invited.code });
      await ann.sees('Accept your invitation', `You’re signed in as ${bob.name}.`);
      await ann.press('Accept invitation');
      assert.equal(await redeemed(), 1);
    });
  });
