import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import express from 'express';
import { after, afterEach, before, describe, it } from 'mocha';
import { accountOf } from '../../support/account.js';
import type { TestAppOptions } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';
import type { OpenIdProvider, Person } from '../../support/openid-provider.js';
import { RawClient, type RawAnswer } from '../../support/raw-client.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../../support/sources/acme.js';
import { reasonsTold } from '../../support/sources/hostile-app.js';

// Its types are those of Express 5, which are close enough for its parsers.
const express4 = createRequire(import.meta.url)('express4') as typeof express;

const callback = '/source/acme/callback';
const gate = '/if/flow/no-access-yet/';
/** The headers that a browser sends with a form posted from another site; the cookies are `Lax`, so it sends none. */
const fromElsewhere = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

describe('a provider with form_post responses', () => {
  let provider: OpenIdProvider;
  let testApp: AcmeApp;
  before(async () => {
    provider = await startAcme();
  });
  after(() => provider.close());
  afterEach(() => testApp.close());

  async function open(options: TestAppOptions = {}): Promise<Visitor> {
    testApp = await openAcmeApp(provider, options, { responseMode: 'form_post' });
    return new Visitor(testApp);
  }

  /** Goes to the provider and to the form that it has the browser post. */
  async function answerFor(
    visitor: Visitor,
    person: Person | null,
    start = '/source/acme/login?next=/books',
  ): Promise<string> {
    const away = await visitor.client.get(start);
    assert.match(away.location, /response_mode=form_post/);
    const returned = await provider.visit(away.location, person);
    if (returned.by !== 'post') assert.fail('the provider redirects');
    assert.equal(returned.url.pathname, callback);
    return returned.body;
  }

  const post = (body: string, headers: Record<string, string> = {}): Promise<RawAnswer> =>
    new RawClient(testApp.url).post(callback, body, { ...fromElsewhere, origin: provider.issuer, ...headers });

  async function comesIn(visitor: Visitor): Promise<void> {
    const { code } = await testApp.enrollment.invitations.create();
    const sent = await post(await answerFor(visitor, 'ann'));
    assert.equal(sent.status, 303, sent.text);
    assert.match(sent.location, /^\/source\/acme\/callback\?held=[\w-]{43}$/, 'the code must not be in an address');
    assert.deepEqual(sent.headers['set-cookie'] ?? [], []);
    const back = await visitor.client.get(sent.location);
    assert.deepEqual([back.status, back.location], [303, gate], back.text);
    await visitor.get(gate);
    const done = await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.equal(done.location, '/books');
    assert.equal(await visitor.me(), 'ann');
  }

  it('new person → gate → code → account → direct sign-in the second time', async () => {
    await comesIn(await open());
    const second = new Visitor(testApp);
    const sent = await post(await answerFor(second, 'ann'));
    assert.equal((await second.client.get(sent.location)).location, '/books');
    assert.equal(await second.me(), 'ann');
    assert.equal(testApp.members.length, 1);
  });

  const parsers = {
    'for simple forms': express.urlencoded({ extended: false }),
    'for nested forms': express.urlencoded({ extended: true }),
    'for JSON alone': express.json(),
    'for JSON alone, of Express 4': express4.json(),
    'for simple forms, of Express 4': express4.urlencoded({ extended: false }),
    'that takes bodies as text': express.text({ type: '*/*' }),
    'that takes bodies as bytes': express.raw({ type: '*/*' }),
  };
  for (const [what, parser] of Object.entries(parsers))
    it(`also behind the app’s own body parser ${what}`, async () => {
      await comesIn(await open({ before: (app) => void app.use(callback, parser) }));
    });

  it('from within a flow, which continues afterwards', async () => {
    const visitor = await open();
    const { code } = await testApp.enrollment.invitations.create();
    await visitor.enterCode(code);
    const sent = await post(await answerFor(visitor, 'ann', '/if/flow/invite/source/acme/'));
    await visitor.follow(await visitor.client.get(sent.location));
    await visitor.open();
    assert.equal((await visitor.submit(accountOf('ann'))).location, '/welcome');
    assert.equal(await testApp.connections.find(testApp.identityOf('ann')), testApp.members[0]?.id);
  });

  it('a person who cancels sees a message', async () => {
    const visitor = await open();
    const sent = await post(await answerFor(visitor, null));
    const page = await visitor.client.get(sent.location);
    assert.equal(page.status, 403);
    assert.match(page.text, /didn’t share your details with us/);
    assert.deepEqual(reasonsTold(testApp), ['provider.denied']);
  });

  it('F26: a posted response is valid once, for two minutes, in the same browser', async () => {
    const visitor = await open();
    const body = await answerFor(visitor, 'ann');
    const stolen = await post(body);
    const thief = new Visitor(testApp);
    assert.equal((await thief.client.get(stolen.location)).status, 403);
    // That used up no attempt: the original browser still has its own.
    const sent = await post(body);
    assert.equal((await visitor.client.get(sent.location)).location, gate);
    // The page is loaded again, and the provider's form is sent again.
    assert.equal((await visitor.client.get(sent.location)).location, gate);
    const again = await post(body);
    assert.equal((await visitor.client.get(again.location)).location, gate);
    assert.equal((await thief.client.get(again.location)).status, 403);
    const other = await post(`${body}&more=1`);
    assert.equal((await visitor.client.get(other.location)).status, 403);
    assert.deepEqual(reasonsTold(testApp), ['state.unbound', 'state.unbound', 'state.replayed']);
    assert.equal(testApp.members.length, 0);
  });

  it('by GET, with everything in the URL, it is accepted as well', async () => {
    const visitor = await open();
    const body = await answerFor(visitor, 'ann');
    assert.equal((await visitor.client.get(`${callback}?${body}`)).location, gate);
  });

  it('posts that cannot be a response are refused plainly, and nothing is stored', async () => {
    await open();
    const state = 'x'.repeat(43);
    const wrong: Readonly<Record<string, number>> = {
      '': 403,
      'state=x&code=y': 403,
      [`state=${state}&state=${state}`]: 403,
      [`state[]=${state}`]: 403,
      '%ff%fe=%00': 403,
      [`state=${state}&code=${'x'.repeat(20_000)}`]: 413,
    };
    for (const [body, status] of Object.entries(wrong)) {
      const page = await post(body);
      assert.equal(page.status, status, body.slice(0, 80));
      assert.equal(page.headers['content-type'], 'text/html; charset=utf-8');
      assert.doesNotMatch(page.text, /undefined|\[object|at .*\.js/);
    }
  });

  it('a source without form_post accepts no posts', async () => {
    testApp = await openAcmeApp(provider);
    const visitor = new Visitor(testApp);
    const away = await visitor.client.get('/source/acme/login');
    const { url } = await provider.visit(away.location, 'ann');
    assert.equal((await post(url.search.slice(1))).status, 404);
    assert.equal((await visitor.client.get(url.pathname + url.search)).location, gate);
  });

  it('a provider’s form does not bypass the signatures of a flow’s own forms', async () => {
    const visitor = await open();
    const { code } = await testApp.enrollment.invitations.create();
    const sent = await post(await answerFor(visitor, 'ann'));
    await visitor.get((await visitor.client.get(sent.location)).location);
    const { action, hidden } = visitor.form;
    const forged = await visitor.client.post(action, { ...hidden, invite_code: code }, fromElsewhere);
    assert.equal(forged.status, 403);
    assert.equal(testApp.members.length, 0);
  });
});
