import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { accountOf } from '../support/account.js';
import { launchBrowser } from '../support/chromium.js';
import { asked, codePage, submit } from '../support/e2e/browser-page.js';
import { openForeignSite, type ForeignSite } from '../support/e2e/foreign-site.js';
import { openGuardApp, type GuardApp } from '../support/guards/guard-app.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';

const localhost = (port: number): string => `http://localhost:${port}`;
const form = (action: string, code: string, email: string): string =>
  `<form method="post" action="${action}"><input name="invite_code" value="${code}"><input name="email" value="${email}">
   <button>Sign up</button></form>`;

describe('a site that is opened under another origin than baseUrl, in a browser', () => {
  let browser: Browser;
  let testApp: TestApp;
  let guardApp: GuardApp;
  let foreign: ForeignSite;
  let page: Page;
  let shown = '';
  before(async () => {
    [browser, foreign, testApp, guardApp] = await Promise.all([
      launchBrowser(),
      openForeignSite(),
      openTestApp({
        origin: localhost,
        after: (app) => void app.get('/welcome', (_req, res) => void res.send('welcome')),
      }),
      openGuardApp({ origin: localhost, before: (app) => void app.get('/form', (_req, res) => void res.send(shown)) }),
    ]);
    page = await (await browser.newContext()).newPage();
  });
  after(async () => {
    await browser.close();
    foreign.close();
    await Promise.all([testApp.close(), guardApp.close()]);
  });

  it('F29: 127.0.0.1 with a baseUrl of localhost: the signup works from link to end', async () => {
    const { code } = await testApp.enrollment.invitations.create();
    const { port } = new URL(testApp.url);
    await page.goto(`http://127.0.0.1:${port}${testApp.page}?invite=${code}`);
    assert.equal(page.url(), `${localhost(Number(port))}${testApp.page}`);
    assert.deepEqual(await asked(page), codePage);
    assert.equal(await submit(page, {}), 303);
    assert.equal(await submit(page, accountOf('ann')), 303);
    assert.equal(page.url(), `${localhost(Number(port))}/welcome`);
    assert.deepEqual(
      testApp.log.filter(({ fields }) => fields['code'] === 'WARN_FOREIGN_ORIGIN'),
      [],
    );
  });

  async function press(): Promise<number> {
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.request().method() === 'POST'),
      page.locator('button').click(),
    ]);
    return answer.status();
  }

  it('F29: the app’s own form at 127.0.0.1 passes the guard, as a form and by fetch', async () => {
    shown = form('/signup', await guardApp.invite(), 'form@example.com');
    await page.goto(`${guardApp.url}/form`);
    assert.equal(await press(), 201);
    await page.goto(`${guardApp.url}/form`);
    const body = JSON.stringify({ invite_code: await guardApp.invite(), email: 'fetch@example.com' });
    const status = await page.evaluate(
      `fetch('/signup', { method: 'POST', headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(body)} })
        .then((answer) => answer.status)`,
    );
    assert.equal(status, 201);
  });

  it('F9: a form of another site, or of another port, creates no account', async () => {
    const made = (await guardApp.people.all()).length;
    foreign.show(form(`${guardApp.url}/signup`, await guardApp.invite(), 'eve@example.com'));
    for (const from of [foreign.crossSite, foreign.sameSite]) {
      await page.goto(from);
      assert.equal(await press(), 403);
    }
    assert.equal((await guardApp.people.all()).length, made);
  });
});
