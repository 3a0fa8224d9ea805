import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { after, afterEach, before, describe, it } from 'mocha';
import { storeAway } from '../../lib/base/error.js';
import type { EphemeralStore } from '../../lib/ports/ephemeral-store.js';
import type { OpenIdConnectSettings } from '../../lib/sources/openid-connect/settings.js';
import { openIdConnectSource } from '../../lib/sources/openid-connect/source.js';
import { createRedisEphemeralStore } from '../../lib/stores/redis/ephemeral-store.js';
import { startHostileProvider, type HostileProvider } from '../support/hostile-provider.js';
import {
  failureIn,
  identityIn,
  openManager,
  providerOf,
  type SourceFixture,
} from '../support/sources/source-fixture.js';
import { redisFixture, type RedisFixture } from '../support/stores/redis-fixture.js';

describe('the state of a sign-in', () => {
  let provider: HostileProvider;
  before(async () => {
    provider = await startHostileProvider();
  });
  after(() => provider.close());
  afterEach(() => provider.reset());

  const definition = (more: Partial<OpenIdConnectSettings> = {}) => {
    const { issuer, clientId, clientSecret } = provider;
    return openIdConnectSource({ slug: 'acme', name: 'Acme', issuer, clientId, clientSecret, ...more });
  };
  const open = (more: Partial<OpenIdConnectSettings> = {}, ephemeralStore?: EphemeralStore): SourceFixture =>
    openManager(definition(more), ephemeralStore === undefined ? {} : { ephemeralStore });
  const tokensAsked = (): number => provider.seen.filter(({ endpoint }) => endpoint === 'token').length;
  const answered = async (manager: SourceFixture): Promise<URLSearchParams> => provider.answer(await manager.start());

  it('is refused if missing, wrong, repeated or too long, without a provider request', async () => {
    const manager = open();
    const right = await answered(manager);
    const state = right.get('state') ?? '';
    const wrong: readonly (readonly [change: (query: URLSearchParams) => void, reason: string])[] = [
      [(query) => query.delete('state'), 'state.missing'],
      [(query) => query.set('state', ''), 'state.missing'],
      [(query) => query.set('state', 'x'.repeat(43)), 'state.unbound'],
      [(query) => query.set('state', state.slice(1)), 'state.missing'],
      [(query) => query.set('state', `${state}x`), 'state.missing'],
      [(query) => query.set('state', state.toLowerCase()), 'state.unbound'],
      [(query) => query.append('state', state), 'callback.malformed'],
      [(query) => (query.delete('state'), query.append('state[]', state)), 'state.missing'],
      [(query) => query.set('state', 'x'.repeat(10_000)), 'state.missing'],
      [(query) => query.set('more', 'x'.repeat(20_000)), 'callback.malformed'],
    ];
    for (const [change, reason] of wrong) {
      const query = new URLSearchParams(right);
      change(query);
      const failure = failureIn(await manager.comeBack(query));
      assert.deepEqual([failure.reason, failure.resume], [reason, null], query.toString().slice(0, 100));
    }
    assert.equal(tokensAsked(), 0);
    // None of that used it up.
    assert.equal(identityIn(await manager.comeBack(right)).subject, 'ann');
  });

  it('is refused in another browser, and stays valid in its own', async () => {
    const manager = open();
    const query = await answered(manager);
    const other = failureIn(await manager.comeBack(query, { cookies: new Map() }));
    assert.deepEqual([other.reason, other.message.id], ['state.unbound', 'source.other_browser']);
    const [tag = ''] = manager.cookies.keys();
    for (const value of ['x'.repeat(43), '', 'x'.repeat(5000)])
      assert.equal(
        failureIn(await manager.comeBack(query, { cookies: new Map([[tag, value]]) })).reason,
        'state.unknown',
      );
    assert.equal(tokensAsked(), 0);
    assert.equal(identityIn(await manager.comeBack(query)).subject, 'ann');
  });

  it('F26: is valid once, and for two minutes for the same request', async () => {
    const manager = open();
    const query = await answered(manager);
    const first = await manager.comeBack(query);
    assert.equal(identityIn(first).subject, 'ann');
    manager.clock.advance(119_000);
    // The same answer in the same browser, soon after: the stored result is returned again, and the provider is not
    // asked.
    assert.deepEqual(await manager.comeBack(query), { ...first, repeated: true });
    const other = failureIn(await manager.comeBack(`${query.toString()}&more=1`));
    assert.deepEqual([other.reason, other.resume], ['state.replayed', { flow: 'invite' }]);
    manager.clock.advance(1000);
    for (let times = 0; times < 3; times += 1) {
      const failure = failureIn(await manager.comeBack(query));
      assert.deepEqual([failure.reason, failure.message.id], ['state.replayed', 'source.used']);
    }
    assert.equal(tokensAsked(), 1);
  });

  it('is valid for ten minutes, and reported as expired for an hour', async () => {
    const manager = open();
    const [in_time, late, later] = [await answered(manager), await answered(manager), await answered(manager)];
    manager.clock.advance(600_000);
    // The provider looks up the code, and its clock did not move.
    assert.notEqual(failureIn(await manager.comeBack(in_time)).reason, 'state.expired');
    manager.clock.advance(1000);
    const failure = failureIn(await manager.comeBack(late));
    assert.deepEqual([failure.reason, failure.message.id], ['state.expired', 'source.expired']);
    manager.clock.advance(3_600_000);
    assert.equal(failureIn(await manager.comeBack(later)).reason, 'state.unknown');
  });

  it('is used up by a refused response', async () => {
    const manager = open();
    const query = await answered(manager);
    const denied = new URLSearchParams(query);
    denied.set('error', 'access_denied');
    assert.equal(failureIn(await manager.comeBack(denied)).reason, 'provider.denied');
    assert.equal(failureIn(await manager.comeBack(query)).reason, 'state.replayed');
  });

  it('is valid only for its own source, even if two share a host', async () => {
    const { issuer, clientId, clientSecret } = provider;
    const twin = openIdConnectSource({ slug: 'twin', issuer, clientId, clientSecret });
    const manager = openManager([definition(), twin]);
    const query = await answered(manager);
    const source = providerOf(manager, 'twin');
    assert.equal(failureIn(await manager.comeBack(query, { source })).reason, 'state.other_source');
    assert.equal(failureIn(await manager.comeBack(query)).reason, 'state.replayed', 'it is used up');
    assert.equal(tokensAsked(), 0);
  });

  it('a posted response is kept for the source that it was posted to', async () => {
    const { issuer, clientId, clientSecret } = provider;
    const twin = openIdConnectSource({ slug: 'twin', issuer, clientId, clientSecret, responseMode: 'form_post' });
    const manager = openManager([definition({ responseMode: 'form_post' }), twin]);
    const sent = await manager.start();
    assert.equal(sent.searchParams.get('response_mode'), 'form_post');
    const held = await manager.source.keep(provider.answer(sent).toString());
    if (held.type !== 'held') assert.fail(held.reason);
    const source = providerOf(manager, 'twin');
    assert.equal(failureIn(await manager.comeBack(held.parameters, { source })).reason, 'state.unknown');
    assert.equal(identityIn(await manager.comeBack(held.parameters)).subject, 'ann');
  });

  it('a posted response is kept for two minutes', async () => {
    const manager = open({ responseMode: 'form_post' });
    const held = await manager.source.keep((await answered(manager)).toString());
    if (held.type !== 'held') assert.fail(held.reason);
    manager.clock.advance(120_000);
    assert.equal(failureIn(await manager.comeBack(held.parameters)).reason, 'state.unknown');
  });

  it('ends with a plain message, whatever the provider sends', async () => {
    const manager = open();
    const query = await answered(manager);
    query.set('error', 'weird');
    query.set('error_description', '<script>alert(1)</script>\u0007 ü'.repeat(50));
    const failure = failureIn(await manager.comeBack(query));
    assert.deepEqual(failure.message, { id: 'source.failed', values: { source: 'Acme' } });
    assert.match(failure.detail ?? '', /^weird: <script>[\x20-\x7e]{1,110}$/);
  });

  it('is void once the source is disabled', async () => {
    let on = true;
    const manager = open({ enabled: () => on });
    const query = await answered(manager);
    on = false;
    assert.equal(await manager.source.enabled(), false);
    assert.deepEqual([failureIn(await manager.comeBack(query)).reason, tokensAsked()], ['source.disabled', 0]);
    const begun = failureIn(await manager.source.begin({ resume: {} }));
    assert.deepEqual([begun.reason, begun.status], ['source.disabled', 404]);
  });

  it('times out when the enabled function never answers', async () => {
    const manager = open({ enabled: () => new Promise<never>(() => undefined) });
    const [begun, on] = await Promise.all([manager.source.begin({ resume: {} }), manager.source.enabled()]);
    assert.deepEqual([failureIn(begun).reason, on, tokensAsked()], ['source.unexpected', false, 0]);
  });

  it('is not lost in a store outage: it says so, and the same response works afterwards', async () => {
    let away = false;
    const plain = open().ephemeralStore;
    const gone = async () => Promise.reject(storeAway('Redis', new Error('away')));
    const manager = open(
      {},
      {
        set: (key, value, seconds) => (away ? gone() : plain.set(key, value, seconds)),
        setIfAbsent: (key, value, seconds) => (away ? gone() : plain.setIfAbsent(key, value, seconds)),
        peek: (key) => (away ? gone() : plain.peek(key)),
        take: gone,
        compareAndSet: gone,
      },
    );
    const query = await answered(manager);
    away = true;
    const failure = failureIn(await manager.comeBack(query));
    assert.deepEqual([failure.reason, failure.status, failure.retryable], ['store.away', 503, true]);
    assert.equal(failureIn(await manager.source.begin({ resume: {} })).reason, 'store.away');
    away = false;
    assert.equal(identityIn(await manager.comeBack(query)).subject, 'ann');
  });

  it('does not fail when its use cannot be recorded', async () => {
    const plain = open().ephemeralStore;
    const manager = open(
      {},
      {
        ...plain,
        set: (key, value, seconds) =>
          value.includes('usedAt')
            ? Promise.reject(storeAway('Redis', new Error('away')))
            : plain.set(key, value, seconds),
      },
    );
    const query = await answered(manager);
    assert.equal(identityIn(await manager.comeBack(query)).subject, 'ann');
    assert.equal(failureIn(await manager.comeBack(`${query.toString()}&more=1`)).reason, 'state.replayed');
  });

  it('survives foreign data in the store', async () => {
    for (const junk of [
      '',
      '{',
      'null',
      '[]',
      '{"v":1}',
      '{"v":2}',
      `{"v":1,"source":"acme","at":"x","then":{},"kept":{}}`,
    ]) {
      const plain = open().ephemeralStore;
      const manager = open({}, { ...plain, set: (key, _value, seconds) => plain.set(key, junk, seconds) });
      assert.equal(failureIn(await manager.comeBack(await answered(manager))).reason, 'state.unknown', junk);
    }
  });

  it('does not carry more than its limit', async () => {
    const begun = failureIn(await open().source.begin({ resume: { next: 'x'.repeat(5000) } }));
    assert.equal(begun.reason, 'source.setup');
  });

  it('is never printed with a secret', async () => {
    const made = definition();
    const manager = openManager(made);
    const printed =
      inspect([made, manager.source, manager.sources], { depth: 10, showHidden: true }) + JSON.stringify(made);
    assert.ok(!printed.includes(provider.clientSecret));
  });

  describe('F26: of a hundred concurrent callbacks, one asks the provider, and all get its result', () => {
    async function crowd(manager: SourceFixture): Promise<void> {
      const query = await answered(manager);
      const ended = await Promise.all(Array.from({ length: 100 }, () => manager.comeBack(query)));
      assert.equal(ended.filter((one) => one.type === 'identified' && !one.repeated).length, 1);
      for (const one of ended) assert.equal(identityIn(one).subject, 'ann');
      assert.equal(tokensAsked(), 1);
    }

    it('in memory', () => crowd(open()));

    describe('in Redis', () => {
      let fixture: RedisFixture;
      before(async () => {
        fixture = await redisFixture();
      });
      after(() => fixture.server.stop());

      it('over one connection', () =>
        crowd(open({}, createRedisEphemeralStore({ redis: fixture.redis, keys: fixture.keys() }))));

      it('and its key is no longer than necessary, and expires', async () => {
        const keys = fixture.keys();
        const manager = open({}, createRedisEphemeralStore({ redis: fixture.redis, keys }));
        const sent = await manager.start();
        const stored = await fixture.client.keys(`${keys.once('')}*`);
        assert.equal(stored.length, 1);
        const text = (await fixture.client.get(stored[0] ?? '')) ?? '';
        assert.ok(!`${stored[0]}${text}`.includes(sent.searchParams.get('state') ?? assert.fail()));
        const left = await fixture.client.ttl(stored[0] ?? '');
        assert.ok(left > 3500 && left <= 3600, String(left));
      });
    });
  });
});
