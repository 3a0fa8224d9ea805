import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe } from 'mocha';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { itInCampaign, sampleOf } from '../support/campaign.js';
import { launchBrowser, shot } from '../support/chromium.js';
import { submit } from '../support/e2e/browser-page.js';
import { choose, comeAs, goToAcme, startSsoExample, type SsoExample } from '../support/e2e/sso-example.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const looks: readonly { readonly look: string; readonly options: BrowserContextOptions }[] = [
  { look: 'light', options: { colorScheme: 'light', viewport: { width: 1280, height: 800 } } },
  { look: 'dark', options: { colorScheme: 'dark', viewport: { width: 1280, height: 800 } } },
  { look: 'phone', options: { colorScheme: 'light', viewport: { width: 320, height: 568 } } },
];

describe('the pages of the SSO gate, in a browser', () => {
  let example: SsoExample;
  let browser: Browser;
  before(async () => {
    example = await startSsoExample();
    browser = await launchBrowser();
  });
  after(async () => {
    await browser.close();
    await example.stop();
  });

  async function* way(page: Page): AsyncGenerator<string> {
    const anew = (): Promise<void> => page.context().clearCookies();
    await page.goto(example.acme);
    yield 'acme';
    await page.goto(example.home);
    yield 'home';
    await goToAcme(page, example);
    yield 'acme-who';
    await choose(page, example, 'carl');
    yield 'gate';
    await page.goBack();
    yield 'acme-over';
    await page.goForward();
    await submit(page, { invite_code: 'NO-SUCH-CODE' });
    yield 'gate-wrong';
    await submit(page, { invite_code: example.code });
    yield 'username';
    await anew();
    await page.goto(`${example.home}if/flow/no-access-yet/`);
    yield 'gate-of-nobody';
    await comeAs(page, example, '');
    yield 'denied';
    await page.reload();
    yield 'denied-again';
    await comeAs(page, example, 'fay');
    yield 'account-exists';
    await comeAs(page, example, 'hal');
    yield 'switched-off';
    await comeAs(page, example, 'gus');
    yield 'home-signed-in';
    await comeAs(page, example, 'bob');
    yield 'connect';
    await anew();
    await page.goto(`${example.home}if/flow/sign-in/`);
    yield 'sign-in';
    await page.goto(`${example.home}if/flow/invite/`);
    yield 'invite';
  }

  for (const { look, options } of sampleOf(looks, 1)) {
    itInCampaign(`have texts, fit, are accessible and obey their content security policy: ${look}`, async () => {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (line) => {
        if (/content security policy/i.test(line.text())) complaints.push(line.text());
      });
      const seen: string[] = [];
      for await (const name of way(page)) {
        seen.push(name);
        await shot(page, `e2e-sso-${name}-${look}`);
        const words = `${await page.title()}\n${await page.locator('body').innerText()}`;
        assert.doesNotMatch(words, /\[[a-z_]+\.[a-z0-9_.]+\]|\{[a-z_]+\}/, `${name} has a sentence without text`);
        const sideways = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
        assert.equal(await page.evaluate(sideways), 0, `${name} scrolls sideways`);
        await page.evaluate(axe);
        const violations: unknown = await page.evaluate(
          `axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) =>
            nodes.map(({ html, failureSummary }) => id + ': ' + html + ' ' + failureSummary)))`,
        );
        assert.deepEqual(violations, [], name);
      }
      assert.equal(seen.length, 16);
      assert.deepEqual(complaints, []);
      await context.close();
    });
  }
});
