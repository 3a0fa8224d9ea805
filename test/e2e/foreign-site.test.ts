import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { accountOf } from '../support/account.js';
import { launchBrowser } from '../support/chromium.js';
import { accountPage, asked, codePage, goToAccountPage, signUp, submit, who } from '../support/e2e/browser-page.js';
import { accountsIn, startExample, wordOfThisYear, type Example } from '../support/e2e/example.js';
import { openForeignSite, type ForeignSite } from '../support/e2e/foreign-site.js';

describe('what another site can do with a visitor', () => {
  let example: Example;
  let foreign: ForeignSite;
  let browser: Browser;
  let page: Page;
  before(async () => {
    [example, foreign, browser] = await Promise.all([startExample(), openForeignSite(), launchBrowser()]);
  });
  after(async () => {
    await browser.close();
    foreign.close();
    await example.stop();
  });
  beforeEach(async () => {
    page = await (await browser.newContext()).newPage();
  });

  it('cannot frame any page', async () => {
    await goToAccountPage(page, example.page);
    const framed = async (from: string, address: string): Promise<boolean> => {
      foreign.show(`<iframe src="${address}"></iframe>`);
      await page.goto(from, { waitUntil: 'load' });
      const frame = page.frames()[1];
      return frame?.url() === address;
    };
    for (const from of [foreign.sameSite, foreign.crossSite]) {
      for (const path of ['', 'cancel/', '../nothing/']) {
        assert.equal(await framed(from, new URL(path, example.page).href), false, `${path} framed by ${from}`);
      }
      assert.equal(await framed(from, `${example.url}/`), true, 'a page without the header can be framed');
    }
    await page.context().close();
  });

  describe('submits a form of the kit by script', () => {
    /** Opens the foreign page, which submits at once; returns the status of our answer. */
    async function autoSubmit(from: string, action: string, fields: Readonly<Record<string, string>>): Promise<number> {
      const inputs = Object.entries(fields).map(([name, value]) => `<input name="${name}" value="${value}">`);
      foreign.show(
        `<form method="post" action="${action}">${inputs.join('')}</form><script>document.forms[0].submit()</script>`,
      );
      const tab = await page.context().newPage();
      const [answer] = await Promise.all([
        tab.waitForResponse((response) => response.request().method() === 'POST'),
        tab.goto(from).catch(() => null),
      ]);
      const status = answer.status();
      await tab.waitForLoadState();
      await tab.close();
      return status;
    }

    /** The worst case: the other site has obtained the signature of the visitor's own page. */
    async function signature(): Promise<string> {
      return page.locator('input[name=enrollment_step]').inputValue();
    }

    for (const kind of ['sameSite', 'crossSite'] as const) {
      it(`${kind === 'sameSite' ? 'from another port of the same host' : 'from another host'} is refused`, async () => {
        const name = kind.toLowerCase();
        const from = foreign[kind];
        await page.goto(example.page);
        const code = { enrollment_step: await signature(), invite_code: wordOfThisYear };
        assert.equal(await autoSubmit(from, example.page, code), 403);
        await page.goto(example.page);
        assert.deepEqual(await asked(page), codePage);

        await goToAccountPage(page, example.page);
        const account = { enrollment_step: await signature(), ...accountOf(name) };
        assert.equal(await autoSubmit(from, example.page, account), 403);
        assert.ok(!(await accountsIn(example.database)).some(({ username }) => username === name));

        await page.goto(`${example.page}cancel/`);
        const cancel = { enrollment_step: await signature() };
        assert.equal(await autoSubmit(from, `${example.page}cancel/`, cancel), 403);
        await page.goto(example.page);
        assert.deepEqual(await asked(page), accountPage);

        assert.equal(await submit(page, accountOf(name)), 303, 'the very same answers from our own page');
        assert.equal(await who(page), name);
        await page.context().close();
      });
    }

    it('from another host does not sign anyone out', async () => {
      await signUp(page, example.page, 'stays');
      await autoSubmit(foreign.crossSite, `${example.url}/sign-out`, {});
      await page.goto(example.url);
      assert.equal(await who(page), 'stays');
      await page.context().close();
    });
  });
});
