import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { Browser, Locator, Page, Response } from 'playwright-core';
import { sampleOf } from '../support/campaign.js';
import { launchBrowser } from '../support/chromium.js';
import { asked, codePage, press, said, submit, who } from '../support/e2e/browser-page.js';
import type { StartedWay } from '../support/e2e/sso-way.js';
import { openLocalApp, type LocalApp } from '../support/e2e/sso-ways-app.js';
import { ways } from '../support/e2e/sso-ways.js';
import { waitUntil } from '../support/wait-until.js';

const signInPage = '/if/flow/sign-in/';
const gate = '/if/flow/no-access-yet/';

describe('each source protocol through the gate, in a browser', () => {
  let browser: Browser;
  let started: StartedWay;
  let local: LocalApp;
  let page: Page;
  /** Violations of our Content-Security-Policy that browsers reported. */
  let violations: string[];
  /** In the order in which they were opened. */
  const opened: { close(): Promise<void> }[] = [];
  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());
  beforeEach(() => {
    violations = [];
  });
  afterEach(async () => {
    for (const each of opened.splice(0).reverse()) await each.close();
  });

  async function open(start: () => Promise<StartedWay>): Promise<void> {
    opened.push((started = await start()));
    opened.push((local = await openLocalApp(started)));
    page = await anotherBrowser();
  }

  async function anotherBrowser(): Promise<Page> {
    const context = await browser.newContext();
    opened.push(context);
    context.on('console', (line) => {
      if (line.text().includes('Content Security Policy')) violations.push(line.text());
    });
    return context.newPage();
  }

  /**
   * Signs in with the button on the sign-in page, up to a page of the test app. The provider asks for the user unless
   * it remembers one.
   */
  async function come(on: Page, name: string, choice: string): Promise<number> {
    await on.goto(`${local.origin}${signInPage}?next=/books`);
    const first = await arrive(on, on.getByRole('link', { name: `Continue with ${name}` }));
    if (isHome(first)) return first.status();
    return (await arrive(on, on.getByRole('button', { name: choice, exact: true }))).status();
  }
  const isHome = (response: Response): boolean => response.url().startsWith(`${local.origin}/`);

  /** Clicks, and waits for a page of the test app or the provider's page that asks for the user. */
  async function arrive(on: Page, clicked: Locator): Promise<Response> {
    await on.bringToFront();
    const shown = on.waitForResponse(
      (response) =>
        response.request().isNavigationRequest() &&
        (response.status() < 300 || response.status() >= 400) &&
        (isHome(response) || /^\/(interaction\/|authorize$)/.test(new URL(response.url()).pathname)),
    );
    const [response] = await Promise.all([shown, clicked.click()]);
    await on.waitForURL(response.url());
    return response;
  }

  async function assertIsIn(on: Page, username: string): Promise<void> {
    assert.equal(on.url(), `${local.origin}/books`);
    assert.equal(await who(on), username);
    assert.deepEqual(
      local.testApp.members.map((member) => member.username),
      [username],
    );
  }

  for (const { what, name, start, choice, answers, username, postsTo } of sampleOf(ways, 2))
    it(`by ${what}: the gate, a wrong code, the code, an account, and then a direct sign-in`, async () => {
      await open(start);
      const { testApp, connections } = local;

      assert.equal(await come(page, name, choice), 200, await said(page));
      assert.equal(page.url(), local.origin + gate);
      assert.deepEqual(await asked(page), codePage);
      assert.equal(await submit(page, { invite_code: 'NO-SUCH-CODE' }), 422);
      assert.match(await said(page), /can’t find an invitation with this code/);
      assert.equal(testApp.members.length, 0);

      const { code } = await testApp.enrollment.invitations.create();
      testApp.canaries.add(code);
      assert.equal(await submit(page, { invite_code: code }), 303);
      for (const fields of answers) {
        assert.deepEqual(await asked(page), Object.keys(fields));
        assert.equal(await submit(page, fields), 303);
      }
      await assertIsIn(page, username);
      assert.equal(await connections.find(started.identity), testApp.members[0]?.id);

      const second = await anotherBrowser();
      assert.equal(await come(second, name, choice), 200, await said(second));
      await assertIsIn(second, username);

      await page.goto(`${local.origin}/if/flow/sign-out/`);
      await press(page);
      assert.deepEqual([page.url(), await who(page)], [`${local.origin}/outside`, '']);
      assert.equal(await come(page, name, choice), 200, await said(page));
      await assertIsIn(page, username);

      const posts = local.asked.filter(({ method, site }) => method === 'POST' && site !== 'same-origin');
      assert.deepEqual(
        posts,
        Array.from({ length: postsTo === null ? 0 : 3 }, () => ({
          ...{ method: 'POST', path: postsTo, cookie: undefined, site: 'cross-site' },
        })),
      );
      assert.deepEqual(violations, []);
    });

  it('violations of the content security policy are detected', async () => {
    await open(ways[0]!.start);
    await page.goto(local.origin + signInPage);
    const form = `<form id="elsewhere" method="post" action="${started.identity.issuer}/"></form>`;
    await page.evaluate(`document.body.insertAdjacentHTML('beforeend', '${form}')`);
    await page.evaluate('document.forms.elsewhere.submit()');
    await waitUntil(
      () => (violations.length > 0 ? true : undefined),
      () => 'a form was sent to another site, and nothing was said',
    );
    assert.match(violations.join(), /form-action/);
  });
});
