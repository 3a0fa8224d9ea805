import assert from 'node:assert/strict';
import type { Redis } from 'ioredis';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { memoryConnections, openIdConnectSource } from '../../../lib/index.js';
import { startHostileProvider, type HostileProvider } from '../../support/hostile-provider.js';
import type { RawAnswer } from '../../support/raw-client.js';
import { startRedis, type TestRedis } from '../../support/redis-server.js';
import { openTestApp, signup, type TestApp } from '../../support/http/test-app.js';
import { summaryOnceRedeemed } from '../../support/http/await-redeemed.js';
import { Visitor } from '../../support/http/visitor.js';
import { everythingIn, found, spellings } from '../../support/sources/secrets-search.js';
import { gatePath } from '../../support/sources/bypass-tricks.js';

describe('secrets shared with a provider', () => {
  let provider: HostileProvider;
  let redis: TestRedis;
  let store: Redis;
  let testApp: TestApp;
  let answers: RawAnswer[];
  /** Secrets, by name. */
  let secrets: Map<string, string>;
  before(async () => {
    [provider, redis] = await Promise.all([startHostileProvider(), startRedis()]);
    store = redis.client();
  });
  after(() => Promise.all([provider.close(), redis.stop()]));
  beforeEach(async () => {
    provider.reset();
    await store.flushall();
    secrets = new Map([
      ['client secret', provider.clientSecret],
      ['access token', `access-${'T'.repeat(20)}`],
    ]);
    provider.mischief = {
      accessToken: secrets.get('access token') ?? '',
      async token(claims, { sign }) {
        const token = await sign(claims);
        secrets.set('ID token', token);
        // A part of it would be as useful as the whole.
        secrets.set("the ID token's signature", token.split('.')[2] ?? '');
        return token;
      },
      userInfo: (claims) => ({ ...claims, access_token: 'of-user-info-AAAA', id_token: 'of-user-info-BBBB' }),
    };
    secrets.set('token in UserInfo', 'of-user-info-AAAA');
    secrets.set('other token in UserInfo', 'of-user-info-BBBB');
    answers = [];
    const { issuer, clientId, clientSecret } = provider;
    testApp = await openTestApp({
      redis: redis.url,
      clock: { now: () => Date.now() },
      flows: [signup],
      connections: memoryConnections(),
      sources: [openIdConnectSource({ slug: 'acme', name: 'Acme', issuer, clientId, clientSecret })],
    });
    await testApp.enrollment.ready();
  });
  afterEach(() => testApp.close());

  async function away(visitor: Visitor): Promise<URL> {
    const answer = await visitor.client.get('/source/acme/login?next=/books');
    const url = new URL(answer.location);
    for (const name of ['state', 'nonce']) secrets.set(name, url.searchParams.get(name) ?? '');
    return url;
  }

  async function back(visitor: Visitor, url: URL): Promise<RawAnswer> {
    const query = provider.answer(url);
    secrets.set('code', query.get('code') ?? '');
    const answer = await visitor.client.get(`/source/acme/callback?${query.toString()}`);
    const exchange = provider.seen.filter(({ endpoint }) => endpoint === 'token').at(-1);
    secrets.set('verifier', exchange?.body.get('code_verifier') ?? '');
    answers.push(answer);
    return answer;
  }

  /** Searches everywhere a secret could be left; `but`: what may exist for the moment. */
  async function assertNowhere(when: string, but: readonly string[] = []): Promise<void> {
    const seats = {
      Redis: await everythingIn(store),
      logs: testApp.log.map((line) => JSON.stringify([line, String(line.fields['err'] ?? '')])),
      events: testApp.events.map((event) => JSON.stringify(event)),
      pages: answers.map(({ text, headers }) => `${JSON.stringify(headers)}\n${text}`),
    };
    for (const [what, secret] of secrets) {
      assert.ok(secret.length > 8, what);
      for (const [seat, texts] of Object.entries(seats)) {
        if (seat === 'Redis' && but.includes(what)) continue;
        assert.equal(found(texts, spellings(secret)), null, `${when}: ${what} is in ${seat}`);
      }
    }
  }

  it('is in no store, log, event or page: not at the provider, at the gate or afterwards', async () => {
    const visitor = new Visitor(testApp);
    const url = await away(visitor);
    // Secrets known only to the browser and the provider, and what they are exchanged for, are never stored.
    secrets.set('cookie', visitor.client.cookies.get(visitor.client.cookies.names()[0] ?? '') ?? '');
    await assertNowhere('at the provider', ['nonce']);
    secrets.delete('cookie');
    const { location } = await back(visitor, url);
    assert.equal(location, gatePath);
    await assertNowhere('at the gate');
    answers.push(await visitor.get(gatePath));
    const { code, id } = await testApp.enrollment.invitations.create();
    answers.push(await visitor.submit({ invite_code: 'NO-SUCH-CODE' }));
    answers.push(await visitor.submit({ invite_code: code }));
    assert.equal(await visitor.me(), 'ann');
    await summaryOnceRedeemed(1, testApp, id);
    await assertNowhere('signed in');
    const [member] = testApp.members;
    assert.equal(member?.username, 'ann');
    assert.deepEqual(member.data, {});

    await back(new Visitor(testApp), url);
    const second = new Visitor(testApp);
    await back(second, await away(second));
    assert.equal(await second.me(), 'ann');
    await assertNowhere('signed in again');
  });

  it('is not exposed by errors either: a provider’s response is never repeated', async () => {
    const failures: readonly (() => void)[] = [
      () => (provider.mischief = { ...provider.mischief, claims: (claims) => ({ ...claims, nonce: 'another' }) }),
      () => (provider.mischief = { ...provider.mischief, claims: (claims) => ({ ...claims, aud: 'another' }) }),
      () =>
        (provider.mischief = {
          ...provider.mischief,
          answers: {
            token: (res) =>
              void res.writeHead(400, { 'content-type': 'application/json' }).end(
                JSON.stringify({
                  error: 'invalid_grant',
                  error_description: `${secrets.get('code') ?? ''} ${provider.clientSecret} ${secrets.get('access token') ?? ''}`,
                }),
              ),
          },
        }),
      () =>
        (provider.mischief = {
          ...provider.mischief,
          answers: { userinfo: (res, req) => void res.writeHead(500).end(String(req.headers.authorization)) },
        }),
    ];
    for (const fail of failures) {
      fail();
      const visitor = new Visitor(testApp);
      const answer = await back(visitor, await away(visitor));
      assert.ok([403, 503].includes(answer.status), answer.text);
      await assertNowhere('refused');
    }
    assert.ok(testApp.log.some(({ text }) => /a sign-in at a provider failed/.test(text)));
  });

  it('the kit keeps nonce and verifier for one attempt only, apart from state and cookie', async () => {
    const visitor = new Visitor(testApp);
    const url = await away(visitor);
    const kept = (await everythingIn(store)).filter((text) => text.includes(secrets.get('nonce') ?? ''));
    assert.equal(kept.length, 1);
    await back(visitor, url);
    await assertNowhere('after the callback');
  });
});
