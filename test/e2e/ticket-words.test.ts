import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { setPasswordFlow } from '../../lib/flows.js';
import { signInFlow, type MemoryUser } from '../../lib/index.js';
import { launchBrowser } from '../support/chromium.js';
import { submit } from '../support/e2e/browser-page.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';

describe('a ticket’s link with a fragment, in a browser', () => {
  let testApp: TestApp;
  let browser: Browser;
  let ann: MemoryUser;
  let shop: string;
  let shopServer: Server;
  before(async () => {
    shopServer = createServer(({ url, headers }, res) => {
      res.setHeader('content-type', 'text/html').end(`<p>${url ?? ''} Referer: ${headers.referer ?? 'none'}`);
    }).listen(0, '127.0.0.1');
    await once(shopServer, 'listening');
    const address = shopServer.address();
    shop = `http://127.0.0.1:${typeof address === 'object' ? String(address?.port) : ''}`;
    [testApp, browser] = await Promise.all([
      openTestApp({
        languages: ['en', 'ar'],
        flows: [setPasswordFlow({ slug: 'set-password' }), signInFlow({ slug: 'sign-in' })],
        tickets: {
          resultUrls: [shop],
          clients: {
            shop: { name: 'Acme', resultUrl: 'https://shop.example/' },
            other: { name: 'Other', resultUrl: 'https://other.example/' },
          },
        },
        after: (app) => void app.get('/landed', (req, res) => void res.send(req.url)),
      }),
      launchBrowser(),
    ]);
    ann = await member(testApp, 'ann');
  });
  after(async () => {
    await browser.close();
    shopServer.close();
    await testApp.close();
  });

  async function opened(fragment: string, more: object = {}, locale = 'en'): Promise<Page> {
    const { url } = await testApp.enrollment.tickets.create(
      { user: ann.id },
      { purpose: 'recovery', resultUrl: '/landed', ...more },
    );
    const page = await (await browser.newContext({ locale })).newPage();
    await page.goto(url + fragment);
    return page;
  }
  const heading = (page: Page): Promise<string> => page.innerText('h1');

  it('chooses among the words of the server, and leaves the address clean', async () => {
    const known = await opened('#type=invite&app=acme', { resultUrl: 'https://shop.example/' });
    assert.equal(await heading(known), 'Set your password for Acme');
    assert.match(await known.title(), /^Set your password for Acme · /);
    const page = await opened('#type=invite&app=acme');
    assert.match(await heading(page), /^Set your password for 127/);
    assert.equal(page.url(), `${testApp.url}/if/flow/set-password/`);
    await submit(page, { password: 'a new battery for the horse' });
    assert.equal(await page.innerText('body'), '/landed?success=true&ticket_status=done');
  });

  it('keeps the words on the page that says what was wrong, and for no other link', async () => {
    const page = await opened('#type=invite', { app: 'Shop' });
    for (const typed of ['short', 'shorter']) {
      assert.equal(await submit(page, { password: typed }), 422);
      assert.equal(await heading(page), 'Set your password for Shop');
      assert.match(await page.title(), /^Error: Set your password for Shop · /);
    }
    const { url } = await testApp.enrollment.tickets.create({ user: ann.id }, { purpose: 'recovery', app: 'Shop' });
    await page.goto(url);
    assert.equal(await heading(page), 'Choose a new password for Shop');
    assert.equal(await submit(page, { password: 'short' }), 422);
    assert.equal(await heading(page), 'Choose a new password for Shop');
  });

  it('names the document as the heading, in languages from right to left too', async () => {
    const page = await opened('#type=invite', { app: 'Shop' }, 'ar');
    const bare = (text: string): string => text.replace(/[\u2066-\u2069]/g, '');
    const chosen = bare(await heading(page));
    assert.equal(chosen, 'تعيين كلمة المرور لـ Shop');
    assert.ok(bare(await page.title()).startsWith(chosen));
    assert.equal(await submit(page, { password: 'short' }), 422);
    assert.equal(bare(await heading(page)), chosen);
    assert.ok(bare(await page.title()).includes(`: ${chosen} · `));
  });

  it('names no app but those on the site that the ticket leads to', async () => {
    assert.doesNotMatch(await (await opened('', { resultUrl: '/landed' })).content(), /Acme|Other/);
    const page = await (await opened('', { resultUrl: 'https://shop.example/' })).content();
    assert.match(page, /Acme/);
    assert.doesNotMatch(page, /Other/);
  });

  it('T-REC-13: tells the site that it leads to nothing but the result: no Referer, no token in title or address', async () => {
    const { url, id } = await testApp.enrollment.tickets.create(
      { user: ann.id },
      { purpose: 'recovery', resultUrl: `${shop}/landed` },
    );
    const secret = url.slice(-32);
    const page = await (await browser.newContext()).newPage();
    await page.goto(url);
    assert.ok(!(await page.title()).includes(secret));
    assert.ok(!page.url().includes(secret));
    await testApp.enrollment.tickets.revoke(id);
    await page.reload();
    await page.locator(`a[href^="${shop}"]`).click();
    await page.waitForURL(`${shop}/**`);
    assert.equal(await page.innerText('body'), '/landed?success=false&ticket_status=revoked Referer: none');
  });

  it('takes no words of its own', async () => {
    const plain = /^Choose a new password for 127/;
    for (const fragment of ['', '#type=evil', '#app=Evil', '#type=<b>x</b>&app=<img src=x>', '#app=__proto__'])
      assert.match(await heading(await opened(fragment)), plain, fragment);
    assert.match(await heading(await opened('#type=invite&app=Evil')), /^Set your password for 127/);
    // The ticket's own app stays.
    assert.equal(await heading(await opened('#type=invite&app=Acme', { app: 'Shop' })), 'Set your password for Shop');
  });
});
