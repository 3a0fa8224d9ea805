import assert from 'node:assert/strict';
import { createKeyring } from '../../lib/base/keyring.js';
import { Secret } from '../../lib/base/secret.js';
import { defaultRateLimits } from '../../lib/options/rate-limits.js';
import type { Authenticators } from '../../lib/ports/authenticators.js';
import type { PasskeyRegistrationRules, Passkeys, PasskeyUser } from '../../lib/ports/passkeys.js';
import { createSecondFactorAttempts } from '../../lib/rate-limits/second-factor-attempts.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { createMemoryEphemeralStore } from '../../lib/stores/memory/ephemeral-store.js';
import { createMemoryRateLimiter } from '../../lib/stores/memory/rate-limiter.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { createPasskeys } from '../../lib/users/passkeys.js';
import { SoftwareAuthenticator } from '../support/software-authenticator.js';
import { createAccountLock } from '../../lib/users/account-lock.js';

const origin = 'https://app.example';
const [older, newer] = ['an older key for these tests, 32 characters', 'a newer key for these tests, 32 characters'];
const ann: PasskeyUser = {
  ...{ userId: 'ann', enrollmentId: 'one', step: 'second-factor', address: '192.0.2.1' },
  now: 1_800_000_000_000,
};
const rules = {
  ...{ userVerification: 'preferred', residentKey: 'preferred', attachment: null, hints: [], most: 2 },
} as const satisfies PasskeyRegistrationRules;

/** One app; each call of `open` is a process of it. */
function createApp(): { readonly store: Authenticators; readonly open: (secrets?: readonly string[]) => Passkeys } {
  const clock = fakeClock(ann.now);
  const store = memoryAuthenticators();
  const ephemeralStore = createMemoryEphemeralStore({ clock });
  const rateLimiter = createMemoryRateLimiter({ clock });
  const events = (): void => undefined;
  return {
    store,
    open: (secrets = [older]) =>
      createPasskeys({
        ...{ authenticators: store, ephemeralStore, events, site: { origin }, issuer: 'Acme' },
        accountLock: createAccountLock(ephemeralStore),
        profiles: {
          find: async (id) => ({ id, username: id, email: null, name: null, active: true }),
          findByTyped: async () => null,
          passwordHashes: async () => [],
        },
        attempts: createSecondFactorAttempts({ rateLimiter, events, ...defaultRateLimits.secondFactors }),
        keyring: createKeyring(secrets),
        pace: async () => undefined,
      }),
  };
}

/** Options as a page has them. */
const asked = (options: object | null): { readonly challenge: string; readonly user?: { readonly id: string } } => {
  assert.ok(options !== null && 'challenge' in options && typeof options.challenge === 'string');
  return JSON.parse(JSON.stringify(options)) as { challenge: string };
};

/** Signs in without counting, so that only the challenge tells one answer from its repetition. */
async function registered(passkeys: Passkeys, user = ann): Promise<SoftwareAuthenticator> {
  const authenticator = new SoftwareAuthenticator(origin);
  authenticator.counter = 0;
  const response = authenticator.create(asked(await passkeys.registration(user, rules)));
  assert.equal((await passkeys.register(user, new Secret(response), rules)).type, 'right');
  return authenticator;
}

describe('passkeys over the store', () => {
  it('of two answers to one challenge one is right, also at once and in another process', async () => {
    const { open } = createApp();
    const authenticator = await registered(open());
    const question = asked(await open().request(ann, rules));
    const responses = [1, 2, 3].map(() => new Secret(authenticator.get(question)));
    const answers = await Promise.all(responses.map((response) => open().check(ann, response, rules)));
    assert.deepEqual(answers.map(({ type }) => type).toSorted(), ['right', 'wrong', 'wrong']);
  });

  it('the same answer is right for its repeated form only: two minutes later it is wrong', async () => {
    const { open } = createApp();
    const authenticator = await registered(open());
    const response = new Secret(authenticator.get(asked(await open().request(ann, rules))));
    const answers = await Promise.all([1, 2, 3].map(() => open().check(ann, response, rules)));
    assert.deepEqual(
      answers.map(({ type }) => type),
      ['right', 'right', 'right'],
    );
    assert.equal((await open().check({ ...ann, now: ann.now + 121_000 }, response, rules)).type, 'wrong');
  });

  it('the answer of a registration is used up, too', async () => {
    const { open, store } = createApp();
    const authenticator = new SoftwareAuthenticator(origin);
    const response = new Secret(authenticator.create(asked(await open().registration(ann, rules))));
    assert.equal((await open().register(ann, response, rules)).type, 'right');
    assert.equal((await open().register(ann, response, rules)).type, 'right');
    const later = { ...ann, now: ann.now + 121_000 };
    assert.equal((await open().register(later, response, rules)).type, 'wrong');
    assert.equal((await store.list('ann')).length, 1);
  });

  it('the answer of a registration adds no passkey again that was removed since', async () => {
    const { open, store } = createApp();
    const authenticator = new SoftwareAuthenticator(origin);
    const response = new Secret(authenticator.create(asked(await open().registration(ann, rules))));
    const clicks = await Promise.all([1, 2, 3].map(() => open().register(ann, response, rules)));
    assert.deepEqual(
      clicks.map(({ type }) => type),
      ['right', 'right', 'right'],
    );
    for (const { id } of await store.list('ann')) await store.remove('ann', id);
    for (const now of [ann.now, ann.now + 121_000])
      assert.equal((await open().register({ ...ann, now }, response, rules)).type, 'wrong');
    assert.deepEqual(await store.list('ann'), []);
  });

  it('an answer counts for its own plan, stage, user and ceremony alone', async () => {
    const { open } = createApp();
    const passkeys = open();
    const authenticator = await registered(passkeys);
    const bob = await registered(passkeys, { ...ann, userId: 'bob' });
    const own = asked(await passkeys.request(ann, rules));
    const { userId: _userId, ...plan } = ann;
    for (const [what, user] of [
      ['plan', { ...ann, enrollmentId: 'two' }],
      ['stage', { ...ann, step: 'other' }],
      ['user', { ...ann, userId: 'bob' }],
      ['late', { ...ann, now: ann.now + 3_601_000 }],
      ['early', { ...ann, now: ann.now - 120_000 }],
    ] as const) {
      const response = new Secret((what === 'user' ? bob : authenticator).get(own));
      assert.equal((await passkeys.check(user, response, rules)).type, 'wrong', what);
    }
    assert.equal((await passkeys.identify(plan, new Secret(authenticator.get(own)))).type, 'wrong', 'ceremony');
    const anybody = asked(await passkeys.request(plan, rules));
    assert.equal((await passkeys.check(ann, new Secret(authenticator.get(anybody)), rules)).type, 'wrong', 'identify');
    assert.deepEqual(
      await passkeys.identify(plan, new Secret(authenticator.get(anybody))).then(({ type }) => type),
      'right',
    );
  });

  it('survives a rotation of secrets; a challenge of a dropped one does not', async () => {
    const { open } = createApp();
    const authenticator = await registered(open());
    const before = asked(await open().request(ann, rules));
    assert.equal((await open([newer]).check(ann, new Secret(authenticator.get(before)), rules)).type, 'wrong');
    const rotated = open([newer, older]);
    assert.equal((await rotated.check(ann, new Secret(authenticator.get(before)), rules)).type, 'right');
    const { userId: _userId, ...plan } = ann;
    const later = asked(await open([newer]).request(plan, rules));
    assert.equal((await open([newer]).identify(plan, new Secret(authenticator.get(later)))).type, 'right');
    const second = asked(await open([newer]).registration(ann, rules));
    assert.equal(second.user?.id, authenticator.userHandle, 'a user has one handle');
  });

  it('a user has as many as allowed, also where two pages are open', async () => {
    const { open, store } = createApp();
    const passkeys = open();
    const pages = [1, 2, 3].map(() => new SoftwareAuthenticator(origin));
    const responses = await Promise.all(
      pages.map(async (one) => new Secret(one.create(asked(await passkeys.registration(ann, rules))))),
    );
    const answers = [];
    for (const response of responses) answers.push((await passkeys.register(ann, response, rules)).type);
    assert.deepEqual(answers, ['right', 'right', 'wrong']);
    assert.equal((await store.list('ann')).length, 2);
    assert.equal(await passkeys.registration(ann, rules), null);
  });

  it('userVerification: required refuses an authenticator that does not verify', async () => {
    const { open } = createApp();
    const passkeys = open();
    const strict = { ...rules, userVerification: 'required' } as const;
    const authenticator = new SoftwareAuthenticator(origin, { verifies: false });
    const first = new Secret(authenticator.create(asked(await passkeys.registration(ann, strict))));
    assert.equal((await passkeys.register(ann, first, strict)).type, 'wrong');
    const second = new Secret(authenticator.create(asked(await passkeys.registration(ann, rules))));
    assert.equal((await passkeys.register(ann, second, rules)).type, 'right');
    const answer = async () => new Secret(authenticator.get(asked(await passkeys.request(ann, strict))));
    assert.equal((await passkeys.check(ann, await answer(), strict)).type, 'wrong');
    assert.equal((await passkeys.check(ann, await answer(), rules)).type, 'right');
  });

  it('a row that is copied to another user, or of another credential, is none', async () => {
    const { open, store } = createApp();
    const passkeys = open();
    const authenticator = await registered(passkeys);
    const [row] = await store.list('ann');
    assert.ok(row);
    await store.remove('ann', row.id);
    await store.add({ ...row, id: 'another' });
    const response = new Secret(authenticator.get(asked(await passkeys.request(ann, rules))));
    assert.equal((await passkeys.check(ann, response, rules)).type, 'wrong');
  });
});
