import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { Browser, signUp } from '../support/package/browser.js';
import { openConsumer, type Consumer } from './consumer.js';
import { cameFrom, openProxy, type Proxy } from '../support/package/proxy.js';
import { serveApp, type ServedApp } from '../support/package/served-app.js';

for (const express of ['express4', 'express']) {
  describe(`the package in nested routers (${express === 'express' ? 'Express 5' : 'Express 4'})`, () => {
    let testApp: ServedApp;
    before(async () => {
      testApp = await serveApp(openConsumer({ packages: { express } }), { mount: ['/clubs', '/readers', '/join'] });
    });
    after(() => testApp.stop());

    it('links and cookies have the whole path, and a signup works', async () => {
      assert.equal(testApp.page, `${testApp.url}/clubs/readers/join/if/flow/invite/`);
      const browser = new Browser(testApp.url);
      await signUp(browser, testApp.invitation.url, 'nested');
      const me = await browser.client.get('/me');
      assert.deepEqual(JSON.parse(me.text), { user: 'nested', secure: false });
      assertUnder('/clubs/readers/join', browser);
      assert.deepEqual(placesOf(browser), [
        'enrollment.entry /',
        'enrollment.plan.invite /clubs/readers/join/if/flow/invite/',
        'enrollment.sid /',
      ]);
      const sheet = browser.links.find((link) => link.endsWith('.css')) ?? '';
      assert.equal((await browser.client.get(sheet)).status, 200);
      assert.deepEqual(testApp.warnings(), ['WARN_MEMORY']);
    });
  });
}

describe('the packed package behind a reverse proxy', () => {
  const origin = 'https://club.example';
  const ofTheSite = { host: 'club.example', origin, 'sec-fetch-site': 'same-origin' };
  let consumer: Consumer;
  let testApp: ServedApp;
  let proxy: Proxy;
  before(() => {
    consumer = openConsumer({ packages: { express: 'express' } });
  });
  afterEach(async () => {
    proxy.close();
    await testApp.stop();
  });

  /** A test app that trusts the one proxy in front of it. */
  async function open(path: string, strips: string, settings: object = {}): Promise<void> {
    proxy = await openProxy({ target: () => testApp.url, strips, scheme: 'https' });
    testApp = await serveApp(consumer, { baseUrl: origin + path, trustProxy: 1, ...settings });
  }

  it('that ends TLS: cookies are Secure and __Host-, at path /, and the app knows it is https', async () => {
    await open('', '');
    const browser = new Browser(proxy.url, ofTheSite);
    await signUp(browser, testApp.invitation.url, 'ann');
    assert.deepEqual(JSON.parse((await browser.client.get('/me')).text), { user: 'ann', secure: true });
    assert.ok(browser.cookieLines.every((line) => line.includes('; Secure')));
    assert.deepEqual(placesOf(browser), [
      '__Host-enrollment.entry /',
      '__Host-enrollment.plan.invite /',
      '__Host-enrollment.sid /',
    ]);
  });

  it('that ends TLS and strips a prefix: links use it, cookies keep the path /', async () => {
    await open('/members', '/members');
    assert.equal(testApp.page, `${origin}/members/if/flow/invite/`);
    const browser = new Browser(proxy.url, ofTheSite);
    await signUp(browser, testApp.invitation.url, 'ben');
    assert.deepEqual(JSON.parse((await browser.client.get('/members/me')).text), { user: 'ben', secure: true });
    assertUnder('/members', browser);
    assert.deepEqual(placesOf(browser), [
      '__Host-enrollment.entry /',
      '__Host-enrollment.plan.invite /',
      '__Host-enrollment.sid /',
    ]);
    const sheet = browser.links.find((link) => link.endsWith('.css')) ?? '';
    assert.equal((await browser.client.get(sheet)).status, 200);
  });

  it('wrong codes are counted by the visitor’s address, which cannot be forged', async () => {
    await open('', '', { rateLimits: { codes: { perClient: { points: 2, windowSeconds: 600 } } } });
    const guess = async (sent: Readonly<Record<string, string>>): Promise<number> => {
      const browser = new Browser(proxy.url, { ...ofTheSite, ...sent });
      await browser.open('/if/flow/invite/');
      return (await browser.submit({ invite_code: 'WRONG-WORD' })).status;
    };
    const ann = { [cameFrom]: '203.0.113.7' };
    assert.deepEqual([await guess(ann), await guess(ann), await guess(ann)], [422, 422, 429]);
    assert.equal(await guess({ [cameFrom]: '203.0.113.8' }), 422);
    assert.equal(await guess({ ...ann, 'x-forwarded-for': '198.51.100.1' }), 429);
    assert.ok(!testApp.warnings().includes('WARN_TRUST_PROXY'));
  });

  it('without trust proxy, every visitor counts as the proxy, and a warning is logged', async () => {
    await open('', '', { trustProxy: false, rateLimits: { codes: { perClient: { points: 2, windowSeconds: 600 } } } });
    const statuses: number[] = [];
    for (const last of [1, 2, 3]) {
      const browser = new Browser(proxy.url, { ...ofTheSite, [cameFrom]: `203.0.113.${last}` });
      await browser.open('/if/flow/invite/');
      statuses.push((await browser.submit({ invite_code: 'WRONG-WORD' })).status);
    }
    assert.deepEqual(statuses, [422, 422, 429]);
    assert.ok(testApp.warnings().includes('WARN_TRUST_PROXY'));
  });
});

/** Links of the kit begin with `mount`; the only other one is the home page. */
function assertUnder(mount: string, { links }: Browser): void {
  assert.ok(links.length > 3);
  for (const link of links) assert.ok(link.startsWith(`${mount}/if/`) || link === '/', link);
}

/** Name and path of every cookie that was set, in order. */
function placesOf({ cookieLines }: Browser): readonly string[] {
  const seats = cookieLines.map((line) => line.replace(/^([^=]+)=.*; Path=([^;]+).*$/, '$1 $2'));
  return [...new Set(seats)].sort();
}
