import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { accountOf } from '../support/account.js';
import { form } from '../support/html-form.js';
import { Visitor, type VisitedApp } from '../support/http/visitor.js';
import { cameFrom, openProxy, type Proxy } from '../support/package/proxy.js';
import { serveApp, type ServedApp } from '../support/package/served-app.js';
import type { RawAnswer } from '../support/raw-client.js';
import { openConsumer, type Consumer } from './consumer.js';

for (const express of ['express4', 'express']) {
  describe(`the package in nested routers (${express === 'express' ? 'Express 5' : 'Express 4'})`, () => {
    let testApp: ServedApp;
    before(async () => {
      testApp = await serveApp(openConsumer({ packages: { express } }), { mount: ['/clubs', '/readers', '/join'] });
    });
    after(() => testApp.stop());

    it('links and cookies have the whole path, and a signup works', async () => {
      assert.equal(testApp.page, `${testApp.url}/clubs/readers/join/if/flow/invite/`);
      const { visitor, ...recorded } = recordingVisitor({ url: testApp.url, mount: '/clubs/readers/join' });
      await signUp(visitor, testApp.invitation.url, 'nested');
      const me = await visitor.client.get('/me');
      assert.deepEqual(JSON.parse(me.text), { user: 'nested', secure: false });
      assertUnder('/clubs/readers/join', recorded);
      assert.deepEqual(placesOf(recorded), [
        'enrollment.entry /',
        'enrollment.plan.invite /clubs/readers/join/if/flow/invite/',
        'enrollment.sid /',
      ]);
      const sheet = recorded.links.find((link) => link.endsWith('.css')) ?? '';
      assert.equal((await visitor.client.get(sheet)).status, 200);
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
    const { visitor, ...recorded } = recordingVisitor({ url: proxy.url }, ofTheSite);
    await signUp(visitor, testApp.invitation.url, 'ann');
    assert.deepEqual(JSON.parse((await visitor.client.get('/me')).text), { user: 'ann', secure: true });
    assert.ok(recorded.cookieLines.every((line) => line.includes('; Secure')));
    assert.deepEqual(placesOf(recorded), [
      '__Host-enrollment.entry /',
      '__Host-enrollment.plan.invite /',
      '__Host-enrollment.sid /',
    ]);
  });

  it('that ends TLS and strips a prefix: links use it, cookies keep the path /', async () => {
    await open('/members', '/members');
    assert.equal(testApp.page, `${origin}/members/if/flow/invite/`);
    const { visitor, ...recorded } = recordingVisitor({ url: proxy.url, mount: '/members' }, ofTheSite);
    await signUp(visitor, testApp.invitation.url, 'ben');
    assert.deepEqual(JSON.parse((await visitor.client.get('/members/me')).text), { user: 'ben', secure: true });
    assertUnder('/members', recorded);
    assert.deepEqual(placesOf(recorded), [
      '__Host-enrollment.entry /',
      '__Host-enrollment.plan.invite /',
      '__Host-enrollment.sid /',
    ]);
    const sheet = recorded.links.find((link) => link.endsWith('.css')) ?? '';
    assert.equal((await visitor.client.get(sheet)).status, 200);
  });

  it('wrong codes are counted by the visitor’s address, which cannot be forged', async () => {
    await open('', '', { rateLimits: { codes: { perClient: { points: 2, windowSeconds: 600 } } } });
    const guess = async (sent: Readonly<Record<string, string>>): Promise<number> => {
      const visitor = new Visitor({ url: proxy.url }, { headers: { ...ofTheSite, ...sent } });
      await visitor.open();
      return (await visitor.submit({ invite_code: 'WRONG-WORD' })).status;
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
      const headers = { ...ofTheSite, [cameFrom]: `203.0.113.${last}` };
      const visitor = new Visitor({ url: proxy.url }, { headers });
      await visitor.open();
      statuses.push((await visitor.submit({ invite_code: 'WRONG-WORD' })).status);
    }
    assert.deepEqual(statuses, [422, 422, 429]);
    assert.ok(testApp.warnings().includes('WARN_TRUST_PROXY'));
  });
});

/** What the answers to a visitor contained. */
interface Recorded {
  /** Every `Set-Cookie` line. */
  readonly cookieLines: string[];
  /** Every address that a page or an answer linked to. */
  readonly links: string[];
}

function recordingVisitor(
  app: VisitedApp,
  headers: Readonly<Record<string, string>> = {},
): Recorded & { readonly visitor: Visitor } {
  const cookieLines: string[] = [];
  const links: string[] = [];
  const onAnswer = ({ headers: { 'set-cookie': lines = [] }, text, location }: RawAnswer): void => {
    cookieLines.push(...lines);
    for (const [, link = ''] of text.matchAll(/(?:href|action|src)="([^"#][^"]*)"/g)) links.push(link);
    if (location !== '') links.push(location);
  };
  return { visitor: new Visitor(app, { headers, onAnswer }), cookieLines, links };
}

/** From an invitation's link to the end. */
async function signUp(visitor: Visitor, link: string, name: string): Promise<void> {
  const { pathname, search } = new URL(link);
  const page = await visitor.open(pathname + search);
  const { value = '' } = form(page.text).controls.find((control) => control.name === 'invite_code') ?? {};
  await visitor.follow(await visitor.submit({ invite_code: value }));
  await visitor.submit(accountOf(name));
}

/** Links of the kit begin with `mount`; the only other one is the home page. */
function assertUnder(mount: string, { links }: Recorded): void {
  assert.ok(links.length > 3);
  for (const link of links) assert.ok(link.startsWith(`${mount}/if/`) || link === '/', link);
}

/** Name and path of every cookie that was set, in order. */
function placesOf({ cookieLines }: Recorded): readonly string[] {
  const seats = cookieLines.map((line) => line.replace(/^([^=]+)=.*; Path=([^;]+).*$/, '$1 $2'));
  return [...new Set(seats)].sort();
}
