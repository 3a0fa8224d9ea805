import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { OpenIdProvider } from '../../support/openid-provider.js';
import { signup } from '../../support/http/test-app.js';
import { Visitor } from '../../support/http/visitor.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../../support/sources/acme.js';
import {
  assertNobody,
  assertPlainRefusal,
  atGate,
  cookieLike,
  onTheWayBack,
  sourceAt,
} from '../../support/sources/bypass-tricks.js';

describe('a callback for another browser, attempt or source', () => {
  let provider: OpenIdProvider;
  let second: OpenIdProvider;
  let testApp: AcmeApp;
  before(async () => {
    [provider, second] = await Promise.all([startAcme(), startAcme()]);
  });
  after(() => Promise.all([provider.close(), second.close()]));
  beforeEach(async () => {
    testApp = await openAcmeApp(provider, {
      flows: [signup],
      sources: [sourceAt(provider, 'acme'), sourceAt(provider, 'twin'), sourceAt(second, 'second')],
    });
    for (const one of [provider, second])
      for (const slug of ['twin', 'second']) one.allow(`${testApp.url}/source/${slug}/callback`);
  });
  afterEach(() => testApp.close());

  const reasons = (): readonly unknown[] =>
    testApp.events.filter(({ name }) => name === 'source.failed').map(({ facts }) => facts['reason']);

  it('replayed, it has no effect: before the code, after it, and for an existing account', async () => {
    const { code } = await testApp.enrollment.invitations.create();
    const visitor = new Visitor(testApp);
    const callback = await onTheWayBack(visitor.client, provider, 'ann');
    const kept = cookieLike(visitor.client, 'enrollment.source.');
    const value = visitor.client.cookies.get(kept) ?? '';
    const back = await visitor.client.get(callback);
    assert.equal((await visitor.client.get(callback)).location, back.location);
    visitor.client.cookies.set(kept, value);
    assertPlainRefusal(await visitor.client.get(`${callback}&more=1`));
    await assertNobody(testApp, visitor);

    await visitor.get(back.location);
    await visitor.follow(await visitor.submit({ invite_code: code }));
    assert.equal(await visitor.me(), 'ann');
    const thief = new Visitor(testApp);
    assertPlainRefusal(await thief.client.get(callback));
    thief.client.cookies.set(kept, value);
    testApp.clock.advance(120_000);
    assertPlainRefusal(await thief.client.get(callback));
    assert.equal(await thief.me(), null);
    assert.deepEqual(reasons(), ['state.replayed', 'state.unbound', 'state.replayed']);
    assert.equal(testApp.members.length, 1);
  });

  it('opened in another browser it is void there, and stays valid where it belongs', async () => {
    const visitor = new Visitor(testApp);
    const callback = await onTheWayBack(visitor.client, provider, 'ann');
    const thief = new Visitor(testApp);
    assertPlainRefusal(await thief.client.get(callback));
    // A sign-in of the thief's own; its cookie replaces the missing one.
    await thief.client.get('/source/acme/login');
    const own = thief.client.cookies.get(cookieLike(thief.client, 'enrollment.source.')) ?? '';
    thief.client.cookies.set(cookieLike(visitor.client, 'enrollment.source.'), own);
    assertPlainRefusal(await thief.client.get(callback));
    assert.deepEqual(reasons(), ['state.unbound', 'state.unknown']);
    await assertNobody(testApp, thief);
    assert.equal((await visitor.client.get(callback)).status, 303);
  });

  it('cookies of two attempts of one browser, exchanged or forged, open neither', async () => {
    const { client } = new Visitor(testApp);
    const first = await onTheWayBack(client, provider, 'ann');
    const one = cookieLike(client, 'enrollment.source.');
    const other = await onTheWayBack(client, provider, 'bob');
    const two = client.cookies.names().find((name) => name.startsWith('enrollment.source.') && name !== one) ?? '';
    const [a, b] = [client.cookies.get(one) ?? '', client.cookies.get(two) ?? ''];
    client.cookies.set(one, b);
    client.cookies.set(two, a);
    assertPlainRefusal(await client.get(first));
    assertPlainRefusal(await client.get(other));
    for (const forged of ['', 'x', 'A'.repeat(43), `${a}.`, a.toLowerCase(), 'A'.repeat(3000)]) {
      client.cookies.set(one, forged);
      assertPlainRefusal(await client.get(first));
    }
    client.cookies.set(one, a);
    assert.equal((await client.get(first)).status, 303, 'what was tried did not use it up');
    await assertNobody(testApp);
  });

  it('at the callback of another source, whatever its provider, it is refused and used up', async () => {
    for (const slug of ['twin', 'second']) {
      const visitor = new Visitor(testApp);
      const callback = await onTheWayBack(visitor.client, provider, 'ann');
      assertPlainRefusal(await visitor.client.get(callback.replace('/acme/', `/${slug}/`)));
      assertPlainRefusal(await visitor.client.get(callback));
      await assertNobody(testApp, visitor);
    }
    assert.deepEqual(
      reasons().filter((reason) => reason === 'state.other_source'),
      ['state.other_source', 'state.other_source'],
    );
  });

  it('a person with two sources at one provider is two identities, each with its own account', async () => {
    const { code } = await testApp.enrollment.invitations.create({ uses: 5 });
    const dora = await atGate(testApp, 'dora');
    await dora.follow(await dora.submit({ invite_code: code }));
    await dora.follow(await dora.submit({ email: 'dora@example.com' }));
    assert.equal(await dora.me(), 'dora');
    const twin = new Visitor(testApp);
    const back = await testApp.by(twin, 'dora', '/source/twin/login');
    assert.equal(back.location, '/if/flow/no-access-yet/');
    assert.equal(await twin.me(), null);
    assert.equal(await testApp.connections.find({ ...testApp.identityOf('dora'), source: 'twin' }), null);
  });

  it('another person’s code, put into one’s own callback, is not redeemed', async () => {
    const victim = await onTheWayBack(new Visitor(testApp).client, provider, 'ann');
    const thief = new Visitor(testApp);
    const own = new URL(await onTheWayBack(thief.client, provider, 'bob'), testApp.url);
    own.searchParams.set('code', new URL(victim, testApp.url).searchParams.get('code') ?? '');
    const answer = await thief.client.get(own.pathname + own.search);
    assert.ok([403, 503].includes(answer.status), answer.text);
    await assertNobody(testApp, thief);
    assert.equal((await thief.get('/if/flow/no-access-yet/')).status, 403, 'nobody was recognized');
  });

  it('a callback that was never requested is a plain page, without a provider request', async () => {
    const visitor = new Visitor(testApp);
    const good = new URL(await onTheWayBack(visitor.client, provider, 'ann'), testApp.url).searchParams;
    const [state, code] = [good.get('state') ?? '', good.get('code') ?? ''];
    const bad = [
      '',
      `code=${code}`,
      `state=${state}&state=${state}&code=${code}`,
      `state[]=${state}&code=${code}`,
      `state=${'A'.repeat(10_000)}&code=${code}`,
      `state=${state.slice(0, -1)}&code=${code}`,
      `state=${state.split('').reverse().join('')}&code=${code}`,
      'is_sso=true&identity=ann&pending_user=1',
    ];
    for (const query of bad) assertPlainRefusal(await visitor.client.get(`/source/acme/callback?${query}`));
    assert.ok((await visitor.client.post('/source/acme/callback', good.toString())).status >= 400);
    await assertNobody(testApp, visitor);
  });
});
