import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { mailScanner } from '../../lib/testing/index.js';
import { password } from '../support/account.js';
import { isCampaign, itInCampaign, sampleOf } from '../support/campaign.js';
import { launchBrowser, shot } from '../support/chromium.js';
import { asked, said, submit, who } from '../support/e2e/browser-page.js';
import {
  invite,
  invitedPeople,
  linkIn,
  mailTo,
  startMailExample,
  type MailExample,
} from '../support/e2e/mail-example.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';

const isPicture = process.env['SHOTS'] === '1';

for (const javaScriptEnabled of sampleOf([true, false], 1)) {
  const stores = javaScriptEnabled ? 'memory' : 'Redis';
  describe(`invitations by email, ${javaScriptEnabled ? 'with' : 'without'} JavaScript, ${stores}`, () => {
    let redis: TestRedis | undefined;
    let example: MailExample;
    let browser: Browser;
    let contexts: BrowserContext[];
    let office: Page;
    before(async () => {
      redis = javaScriptEnabled ? undefined : await startRedis();
      example = await startMailExample(redis === undefined ? {} : { redis: redis.url });
      browser = await launchBrowser();
    });
    after(async () => {
      await browser.close();
      await example.stop();
      await redis?.stop();
    });
    beforeEach(async () => {
      contexts = [];
      office = await newPage();
    });
    afterEach(() => Promise.all(contexts.map((context) => context.close())));

    /** A browser of its own. */
    async function newPage(): Promise<Page> {
      const context = await browser.newContext({ javaScriptEnabled });
      contexts.push(context);
      return context.newPage();
    }
    const picture = async (page: Page, name: string): Promise<void> => {
      if (isPicture) await shot(page, `email-invitations-${name}`);
    };
    const filledIn = (page: Page): Promise<string> => page.locator('input[name=uid_field]').inputValue();

    /** The link of the mail, opened by a click in the inbox. */
    async function openMail(page: Page, mail: string): Promise<void> {
      await page.goto(mail);
      await picture(page, 'mail');
      await page.frameLocator('iframe').getByRole('link').first().click();
      await page.waitForURL(/\/if\/flow\/set-password\/$/);
    }

    async function signInAt(page: Page, club: string, email: string): Promise<void> {
      await page.goto(club);
      await Promise.all([page.waitForEvent('load'), page.getByRole('link', { name: 'Sign in' }).click()]);
      assert.equal(await submit(page, { uid_field: email, password }), 303);
    }

    it('the five steps: mail, link, password, sign-in, target app; a scanner before them spends nothing', async () => {
      const email = 'ann@example.com';
      await invite(office, example, { name: 'Ann Archer', email });
      await picture(office, 'admin');
      // 1. The person gets a mail.
      const mail = await mailTo(example, email);
      const token = new URL(linkIn(mail.text)).searchParams.get('ticket') ?? '';
      assert.ok(token.length > 40, mail.text);
      assert.match(mail.text, /Kopi Tasting/);

      const scanned = await mailScanner({ page: await newPage(), settleMs: 50 }).scan(mail.text);
      assert.ok(scanned.length > 4);
      assert.match((await invitedPeople(office, example))[0] ?? '', /^Ann Archer, ann@example.com: open$/);

      // 2. The link leads to the page that sets the password.
      const page = await newPage();
      const requests: { readonly url: string; readonly referer: string }[] = [];
      page.on('request', (request) => {
        requests.push({ url: request.url(), referer: request.headers()['referer'] ?? '' });
      });
      await openMail(page, mail.page);
      assert.match(await said(page), /Set your password for Kopi Tasting/);
      assert.ok(!(await page.content()).includes(token));
      await picture(page, 'password');

      // 3. They choose a password, and type it again.
      assert.deepEqual(await asked(page), ['uid_field', 'password', 'password_repeat']);
      assert.equal(await submit(page, { password, password_repeat: password }), 303);

      // 4. They sign in: the target app has begun it already, and the address is filled in.
      assert.match(page.url(), /^http:\/\/localhost:\d+\/if\/flow\/sign-in\/$/);
      assert.equal(await filledIn(page), email);
      await picture(page, 'sign-in');
      assert.equal(await submit(page, { password }), 303);

      // 5. They have access to the target app.
      assert.equal(page.url(), example.tasting);
      assert.equal(await page.locator('#guest').innerText(), 'Ann Archer');
      await picture(page, 'tasting');
      assert.match((await invitedPeople(office, example))[0] ?? '', /: used, address verified$/);
      await picture(office, 'used');

      const opened = requests.filter(({ url }) => url.includes(token));
      assert.equal(opened.length, 1, 'the token is in the first URL alone');
      assert.deepEqual(
        requests.filter(
          ({ referer }) => referer.includes(token) || referer.includes('ann%40') || referer.includes('ann@'),
        ),
        [],
      );
      assert.ok(!example.printed().includes(token));
      assert.ok(!example.printed().includes(email));
    });

    it('an address is changed by a code of the new mailbox, and restored by a link of the old one', async () => {
      const email = 'fay@example.com';
      const next = 'fay.frost@example.com';
      const club = example.admin.replace(/admin$/, '');
      await invite(office, example, { name: 'Fay Frost', email });
      const page = await newPage();
      await page.goto(linkIn((await mailTo(example, email)).text));
      assert.equal(await submit(page, { password, password_repeat: password }), 303);
      assert.equal(await submit(page, { password }), 303);

      // Typed, it changes nothing yet.
      await page.goto(club);
      await Promise.all([page.waitForEvent('load'), page.getByRole('link', { name: 'Your profile' }).click()]);
      assert.deepEqual(await asked(page), ['name', 'email']);
      await picture(page, 'profile');
      assert.equal(await submit(page, { email: next }), 303);
      const { text } = await mailTo(example, next);
      const others = await Promise.all(sampleOf(['phone', 'laptop'], 1).map(newPage));
      for (const other of others) {
        await signInAt(other, club, email);
        assert.equal(await who(other), email);
      }

      // Its mailbox answers.
      assert.equal(await submit(page, { code: /^ {4}(\S+)$/m.exec(text)?.[1] ?? '' }), 303);
      assert.equal(await who(page), next);

      // The old mailbox has a link, which a scanner does not use up.
      const undo = await mailTo(example, email, /undo-address-change/);
      if (isCampaign) await mailScanner({ page: await newPage(), settleMs: 50 }).scan(undo.text);
      await page.reload();
      assert.equal(await who(page), next);
      const owner = await newPage();
      await owner.goto(linkIn(undo.text));
      await picture(owner, 'undo');
      assert.equal(await submit(owner, {}), 303);
      await picture(owner, 'restored');

      // All sessions have ended, and the old address signs in again.
      for (const browserPage of [page, ...others]) {
        await browserPage.goto(club);
        assert.equal(await who(browserPage), null);
      }
      await signInAt(page, club, email);
      assert.equal(await who(page), email);
      await owner.goto(linkIn(undo.text));
      assert.match(await said(owner), /already/);
      for (const address of [email, next]) assert.ok(!example.printed().includes(address));
    });

    itInCampaign('a link that was used leads to the sign-in, one that a newer link ended says so', async () => {
      const email = 'bob@example.com';
      await invite(office, example, { name: 'Bob Baker', email });
      const first = linkIn((await mailTo(example, email)).text);
      await invite(office, example, { name: 'Bob Baker', email });
      const page = await newPage();
      await page.goto(first);
      assert.match(await said(page), /newer|replaced/i);
      await picture(page, 'superseded');

      const latest = async (): Promise<string> => linkIn((await mailTo(example, email)).text);
      await page.goto(await latest());
      assert.equal(await submit(page, { password, password_repeat: password }), 303);
      const other = await newPage();
      await other.goto(await latest());
      assert.match(await said(other), /already/i);
      await picture(other, 'used-link');
    });

    itInCampaign(
      'a person without an account gets a code and a link, signs up, and enters the target app',
      async () => {
        const email = 'dora@example.com';
        await invite(office, example, { name: 'Dora Dyer', email, signsUp: true });
        const mail = await mailTo(example, email);
        await mailScanner({ page: await newPage(), settleMs: 50 }).scan(mail.text);
        const page = await newPage();
        await page.goto(linkIn(mail.text));
        assert.equal(new URL(page.url()).search, '');
        await picture(page, 'code');
        if ((await asked(page)).includes('invite_code')) assert.equal(await submit(page, {}), 303);
        await picture(page, 'sign-up');
        assert.equal(await page.locator('input[name=email]').inputValue(), email);
        assert.equal(await submit(page, { name: 'Dora Dyer', password }), 303);
        assert.match((await invitedPeople(office, example))[0] ?? '', /^Dora Dyer, dora@example.com: used up/);
        await page.goto(new URL('login', example.tasting).href);
        assert.equal(await page.locator('#guest').innerText(), 'Dora Dyer');
      },
    );

    itInCampaign('an administrator sends again, and revokes: the earlier link says so', async () => {
      const email = 'eve@example.com';
      await invite(office, example, { name: 'Eve Egan', email });
      const page = await newPage();
      const first = linkIn((await mailTo(example, email)).text);
      const act = async (button: string): Promise<void> => {
        await office.goto(example.admin);
        const person = office.locator('#people li', { hasText: email });
        await Promise.all([office.waitForEvent('load'), person.getByRole('button', { name: button }).click()]);
      };
      await act('Send again');
      await page.goto(first);
      assert.match(await said(page), /newer/);
      await act('Revoke');
      assert.match((await invitedPeople(office, example))[0] ?? '', /: revoked$/);
      await page.goto(first);
      assert.match(await said(page), /newer|withdrawn/);
    });

    itInCampaign(
      'a sixth code in a day for one address is refused in a sentence, and its person stays in the list',
      async () => {
        const email = 'fay@example.com';
        const send = (): Promise<void> => invite(office, example, { name: 'Fay Ford', email, signsUp: true });
        for (let count = 0; count < 5; count += 1) await send();
        assert.equal(await office.locator('[role=alert]').count(), 0);
        await send();
        const alert = await office.locator('[role=alert]').innerText();
        assert.match(alert, /^Too many invitations were mailed to this address/);
        assert.equal(await office.locator('#name').inputValue(), 'Fay Ford');
        assert.match(await office.locator('#people li', { hasText: email }).innerText(), /: open/);
      },
    );

    itInCampaign('parameters after the # of the link, as in the article, are understood', async () => {
      const email = 'carl@example.com';
      await invite(office, example, { name: 'Carl Cook', email });
      const page = await newPage();
      await page.goto(
        `${linkIn((await mailTo(example, email)).text)}#type=invite&app=${encodeURIComponent('Kopi Tasting')}`,
      );
      assert.match(await said(page), /Set your password for Kopi Tasting/);
      assert.equal(await submit(page, { password, password_repeat: password }), 303);
      assert.equal(await filledIn(page), email);
    });
  });
}
