import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { itInCampaign, sampleOf } from '../support/campaign.js';
import { launchBrowser } from '../support/chromium.js';
import { asked, codePage, press, said, submit, who } from '../support/e2e/browser-page.js';
import { choose, comeAs, goToAcme, oldPassword, startSsoExample, type SsoExample } from '../support/e2e/sso-example.js';
import { startRedis, type TestRedis } from '../support/redis-server.js';

for (const javaScriptEnabled of sampleOf([true, false], 1)) {
  const stores = javaScriptEnabled ? 'memory' : 'Redis';
  describe(`SSO gate in a browser, ${javaScriptEnabled ? 'with' : 'without'} JavaScript, ${stores}`, () => {
    let redis: TestRedis | undefined;
    let example: SsoExample;
    let browser: Browser;
    let context: BrowserContext;
    let page: Page;
    before(async () => {
      redis = javaScriptEnabled ? undefined : await startRedis();
      example = await startSsoExample(redis === undefined ? {} : { redis: redis.url });
      browser = await launchBrowser();
    });
    after(async () => {
      await browser.close();
      await example.stop();
      await redis?.stop();
    });
    beforeEach(async () => {
      context = await browser.newContext({ javaScriptEnabled });
      page = await context.newPage();
    });
    afterEach(() => context.close());

    const gate = (): string => `${example.home}if/flow/no-access-yet/`;

    /** From the gate to the end, answering the remaining questions. */
    async function finish(on: Page, answers: Readonly<Record<string, string>> = {}): Promise<void> {
      assert.deepEqual(await asked(on), codePage);
      assert.equal(await submit(on, { invite_code: example.code }), 303);
      for (let fields = await asked(on); fields.length > 0; fields = await asked(on)) {
        const typed = Object.fromEntries(fields.map((field) => [field, answers[field] ?? `no answer to ${field}`]));
        assert.equal(await submit(on, typed), 303, `asked for ${fields.join(', ')}`);
      }
    }

    async function assertHome(on: Page, name: string | null): Promise<void> {
      assert.equal(on.url(), example.home);
      assert.equal(await who(on), name);
    }

    /** Asserts a plain page with a link to the start page, and that no one is signed in. */
    async function assertWayBack(): Promise<void> {
      assert.equal(await page.locator('h1').count(), 1);
      await page.getByRole('link', { name: 'Go to the home page' }).click();
      await page.waitForURL(example.home);
      await assertHome(page, null);
    }

    it('a new person passes the gate with a code, and signs in directly the second time', async () => {
      assert.equal(await comeAs(page, example, 'ann'), 200);
      assert.equal(page.url(), gate());
      assert.equal(await submit(page, { invite_code: 'NO-SUCH-CODE' }), 422);
      assert.match(await said(page), /can’t find an invitation with this code/);
      assert.equal(await page.locator('input[name=invite_code]').inputValue(), 'NO-SUCH-CODE');
      await page.goto(example.home);
      await assertHome(page, null);

      await page.goto(gate());
      assert.equal(await submit(page, { invite_code: example.code }), 303);
      await assertHome(page, 'ann');
      assert.match(await said(page), /ann@example\.com/);
      await press(page);
      await assertHome(page, null);

      await comeAs(page, example, 'ann');
      await assertHome(page, 'ann');
      const elsewhere = await browser.newContext({ javaScriptEnabled });
      const other = await elsewhere.newPage();
      await comeAs(other, example, 'ann');
      await assertHome(other, 'ann');
      await elsewhere.close();
    });

    it('a person without a username is asked for one after the code, by keyboard alone', async () => {
      const tabTo = async (target: string): Promise<void> => {
        for (let presses = 0; presses < 15; presses += 1) {
          await page.keyboard.press('Tab');
          const outline: unknown = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
          assert.notEqual(outline, 'none', `the focus is seen on the way to ${target}`);
          if ((await page.locator(`${target}:focus`).count()) === 1) return;
        }
        assert.fail(`${target} is not reached by Tab`);
      };
      const go = async (key: string, status: number): Promise<void> => {
        const [answer] = await Promise.all([
          page.waitForResponse((response) => response.request().method() === 'POST'),
          page.waitForEvent('load'),
          page.keyboard.press(key),
        ]);
        assert.equal(answer.status(), status);
      };
      /** What a screen reader says of the focused field. */
      const spoken = async (): Promise<readonly unknown[]> => {
        const session = await context.newCDPSession(page);
        const { nodes } = await session.send('Accessibility.getFullAXTree');
        const [field, ...others] = nodes.filter(
          ({ role, properties = [] }) =>
            role?.value === 'textbox' &&
            properties.some(({ name, value }) => name === 'focused' && value.value === true),
        );
        assert.deepEqual(others, []);
        const invalid = field?.properties?.find(({ name }) => name === 'invalid')?.value.value;
        return [field?.name?.value, invalid, String(field?.description?.value)];
      };
      await page.goto(example.home);
      await tabTo('a[href*="/source/acme/"]');
      await page.keyboard.press('Enter');
      await page.waitForURL(({ href }) => href.startsWith(`${example.acme}interaction/`));
      await tabTo('button[value=carl]');
      await page.keyboard.press('Space');
      await page.waitForURL(gate());

      await tabTo('[name=invite_code]');
      await page.keyboard.type('NO-SUCH-CODE');
      await go('Enter', 422);
      const [label, invalid, description] = await spoken();
      assert.deepEqual([label, invalid], ['Invitation code', 'true']);
      assert.match(String(description), /can’t find an invitation with this code/);
      await page.keyboard.press('Control+a');
      await page.keyboard.type(example.code);
      await tabTo('main .enrollment-form button[type=submit]');
      await go('Space', 303);

      assert.deepEqual(await asked(page), ['username']);
      await tabTo('[name=username]');
      await page.keyboard.type('gustav');
      await go('Enter', 422);
      assert.match(String((await spoken())[2]), /already taken/);
      await page.keyboard.press('Control+a');
      await page.keyboard.type('carl-the-cook');
      await go('Enter', 303);
      await assertHome(page, 'carl-the-cook');
      assert.match(await said(page), /carl@example\.com/);
    });

    it('reports a matching password account before asking for a code, and its owner signs in', async () => {
      await comeAs(page, example, 'fay');
      assert.ok(!(await asked(page)).includes('invite_code'));
      assert.match(await said(page), /account .*already exists|already have an account here/i);
      await page.goto(example.home);
      await assertHome(page, null);
      await page.getByRole('link', { name: 'Sign in with a password' }).click();
      await submit(page, { uid_field: 'fay@example.com', password: oldPassword });
      await assertHome(page, 'fay-fisher');
    });

    itInCampaign('a connected identity signs in without a code, whatever its address', async () => {
      await comeAs(page, example, 'gus');
      await assertHome(page, 'gustav');
      assert.match(await said(page), /gus@home\.example/);
    });

    it('a deactivated user cannot sign in by the provider or by password', async () => {
      assert.equal(await comeAs(page, example, 'hal'), 403);
      assert.match(await said(page), /isn’t active/);
      await assertWayBack();
      await page.getByRole('link', { name: 'Sign in with a password' }).click();
      assert.notEqual(await submit(page, { uid_field: 'hal', password: oldPassword }), 303);
      await page.goto(example.home);
      await assertHome(page, null);
    });

    it('a person who cancels at the provider sees a message, and may go back or retry', async () => {
      assert.equal(await comeAs(page, example, ''), 403);
      assert.match(await said(page), /didn’t share your details with us/);
      await assertWayBack();
      assert.equal(await comeAs(page, example, 'bob'), 200);
      assert.deepEqual(await asked(page), codePage);
    });

    it('the gate’s URL on its own admits no one', async () => {
      const answer = await page.goto(gate());
      assert.equal(answer?.status(), 403);
      assert.deepEqual(await asked(page), []);
      await assertWayBack();
    });

    it('going back at any step loses nothing and repeats nothing', async () => {
      await goToAcme(page, example);
      await page.goBack();
      await assertHome(page, null);

      await comeAs(page, example, 'bob');
      await page.goBack();
      assert.match(await said(page), /out of date/, 'the provider has done its part');
      await page.goForward();
      assert.deepEqual(await asked(page), codePage);
      await page.goBack();
      await page.getByRole('link', { name: 'To Kopi Club' }).click();
      await page.waitForURL(example.home);
      await comeAs(page, example, 'bob');
      await submit(page, { invite_code: 'NO-SUCH-CODE' });
      await page.goBack();
      await finish(page, { email: 'bob@home.example' });
      await assertHome(page, 'bob');
      await page.goBack();
      await assertHome(page, 'bob');
      assert.match(await said(page), /^(?!.*bob@example\.com)/, 'an address that nobody verified is not taken over');
    });

    itInCampaign('reloading at any step repeats nothing', async () => {
      await goToAcme(page, example);
      await page.reload();
      assert.equal(await page.locator('button[name=person]').count(), 9);
      await choose(page, example, 'dora');
      await page.reload();
      assert.deepEqual(await asked(page), codePage);
      await submit(page, { invite_code: 'NO-SUCH-CODE' });
      await page.reload();
      assert.match(await said(page), /can’t find an invitation/);
      await finish(page, { email: 'dora@home.example' });
      await page.reload();
      await assertHome(page, 'dora');

      await press(page);
      await comeAs(page, example, '');
      await page.reload();
      assert.ok(!(await asked(page)).includes('invite_code'));
      await assertWayBack();
    });

    itInCampaign('in two tabs, both at the provider and both at the gate, one account is created', async () => {
      const other = await context.newPage();
      await goToAcme(page, example);
      await goToAcme(other, example);
      await choose(page, example, 'eve');
      await choose(other, example, 'eve');
      assert.deepEqual(await asked(page), codePage);
      await finish(other, { username: 'evelyn' });
      await assertHome(other, 'evelyn');
      const status = await submit(page, { invite_code: example.code });
      assert.ok([303, 403].includes(status), `${status}`);
      await page.goto(example.home);
      await assertHome(page, 'evelyn');
      await page.goto(gate());
      await assertHome(page, 'evelyn');
    });

    it('a tab is refused when another user has signed in in the meantime', async () => {
      const other = await context.newPage();
      await goToAcme(page, example);
      await comeAs(other, example, 'gus');
      assert.equal(await choose(page, example, 'ann'), 403);
      assert.match(await said(page), /Sign out first/);
      await page.goto(example.home);
      await assertHome(page, 'gustav');
    });
  });
}
