import assert from 'node:assert/strict';
import { generateSync } from 'otplib';
import { createKeyring } from '../../lib/base/keyring.js';
import { Secret } from '../../lib/base/secret.js';
import { defaultRateLimits } from '../../lib/options/rate-limits.js';
import type { Authenticators } from '../../lib/ports/authenticators.js';
import type { ReputationSubject } from '../../lib/ports/reputation.js';
import type { SecondFactors, SecondFactorUser } from '../../lib/ports/second-factors.js';
import { createSecondFactorAttempts } from '../../lib/rate-limits/second-factor-attempts.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { createMemoryEphemeralStore } from '../../lib/stores/memory/ephemeral-store.js';
import { createMemoryRateLimiter } from '../../lib/stores/memory/rate-limiter.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { createPasskeys } from '../../lib/users/passkeys.js';
import { createRehashedPasswords } from '../../lib/users/rehashed-passwords.js';
import { createSecondFactors } from '../../lib/users/second-factors.js';
import { createAccountLock } from '../../lib/users/account-lock.js';

const [older, newer] = ['an older key for these tests, 32 characters', 'a newer key for these tests, 32 characters'];
const proved = { holds: () => Promise.resolve(true) };
const unverified = { verifiesUser: false };
const ann: SecondFactorUser = { userId: 'ann', enrollmentId: 'one', address: '192.0.2.1', now: 1_800_000_000_000 };
const later = (seconds: number): SecondFactorUser => ({ ...ann, enrollmentId: 'two', now: ann.now + seconds * 1000 });

/** One process of the app. */
function open(
  authenticators: Authenticators,
  secrets: readonly string[] = [older],
  active = true,
  record: (subject: ReputationSubject, change: 1 | -1) => void = () => undefined,
  ephemeralStore = createMemoryEphemeralStore({ clock: fakeClock(ann.now) }),
  passwordHash: () => string | null = () => null,
): SecondFactors {
  const events = (): void => undefined;
  const rateLimiter = createMemoryRateLimiter({ clock: fakeClock() });
  const profile = { id: 'ann', username: 'ann', email: null, name: null, active };
  return createSecondFactors({
    rehashed: createRehashedPasswords(ephemeralStore),
    authenticators,
    accountLock: createAccountLock(ephemeralStore),
    profiles: {
      find: async () => profile,
      findByTyped: async () => null,
      passwordHashes: async () => [passwordHash() ?? []].flat(),
    },
    attempts: createSecondFactorAttempts({ rateLimiter, events, ...defaultRateLimits.secondFactors }),
    reputation: {
      record: async (subject, change) => {
        record(subject, change);
      },
      score: async () => 0,
      activate: () => undefined,
    },
    keyring: createKeyring(secrets),
    ephemeralStore,
    endEvidence: async () => undefined,
    events,
    issuer: 'Acme',
    pace: async () => undefined,
  });
}

async function enroll(factors: SecondFactors): Promise<{ codeAt(seconds: number): Secret; codes: readonly string[] }> {
  const secret = (await factors.enrollTotp(ann, 6)).secret.replaceAll(' ', '');
  const codeAt = (seconds: number): Secret =>
    new Secret(generateSync({ secret, epoch: Math.floor(ann.now / 1000) + seconds }));
  assert.equal((await factors.confirmTotp(ann, codeAt(0), 6)).type, 'right');
  const { codes, set } = factors.newRecoveryCodes(ann, 10);
  assert.equal(await factors.saveRecoveryCodes(ann, 10, set), 'saved');
  return { codeAt, codes };
}

/** Both processes read the rows before one of them writes. */
function meeting(store: Authenticators): Authenticators {
  let waiting: (() => void)[] = [];
  return {
    ...store,
    async list(userId) {
      const rows = await store.list(userId);
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (waiting.length < 2) return;
        for (const go of waiting) go();
        waiting = [];
      });
      return rows;
    },
  };
}

describe('second factors', () => {
  it('what a plan set up and its owner removed is not set up again by the same form', async () => {
    const store = memoryAuthenticators();
    const factors = open(store);
    const { codeAt } = await enroll(factors);
    const { set } = factors.newRecoveryCodes(ann, 10);
    assert.equal((await factors.confirmTotp(ann, codeAt(0), 6)).type, 'right');
    assert.equal(await factors.saveRecoveryCodes(ann, 10, set), 'saved');
    assert.equal((await store.list('ann')).length, 2);
    for (const { id } of await store.list('ann')) await store.remove('ann', id);
    assert.equal((await factors.confirmTotp(ann, codeAt(0), 6)).type, 'wrong');
    assert.equal(await factors.saveRecoveryCodes(ann, 10, set), 'unknown_set');
    assert.deepEqual(await store.list('ann'), []);
  });

  it('earlier recovery codes do not come back in place of newer ones', async () => {
    const store = memoryAuthenticators();
    const factors = open(store);
    const { set } = factors.newRecoveryCodes(ann, 10);
    assert.equal(await factors.saveRecoveryCodes(ann, 10, set), 'saved');
    assert.equal(await factors.saveRecoveryCodes(later(0), 10, set), 'saved');
    const newer = await store.list('ann');
    assert.equal(await factors.saveRecoveryCodes(ann, 10, set), 'unknown_set');
    assert.deepEqual(await store.list('ann'), newer);
  });

  /** Both read the rows before one of them writes; from then on neither waits for the other. */
  function meetingOnce(store: Authenticators): Authenticators {
    const shared = meeting(store);
    let meets = true;
    return {
      ...store,
      list: (userId) => (meets ? shared.list(userId) : store.list(userId)),
      async update(version, changed) {
        meets = false;
        return store.update(version, changed);
      },
    };
  }

  for (const kind of ['app', 'recovery'] as const)
    describe(`a code by ${kind}`, () => {
      async function begin(): Promise<{ readonly store: Authenticators; readonly code: Secret }> {
        const store = memoryAuthenticators();
        const { codeAt, codes } = await enroll(open(store));
        return { store, code: kind === 'app' ? codeAt(60) : new Secret(codes[0] ?? '') };
      }

      for (const [who, plans, answers] of [
        ['two plans, one', ['two', 'three'], ['right', 'wrong']],
        ['one plan, whose form was sent by two clicks, both', ['two', 'two'], ['right', 'right']],
      ] as const)
        it(`is accepted by two processes that read before one writes for ${who}`, async () => {
          const { store, code } = await begin();
          const shared = meetingOnce(store);
          const given = await Promise.all(
            plans.map((enrollmentId) => open(shared).check({ ...later(60), enrollmentId }, code)),
          );
          assert.deepEqual(given.map(({ type }) => type).toSorted(), answers);
        });

      it('counts again for the plan that used it, for two minutes, and for no other', async () => {
        const { store, code } = await begin();
        const factors = open(store);
        const check = async (enrollmentId: string, seconds: number, given = code): Promise<string> =>
          (await factors.check({ ...later(seconds), enrollmentId }, given)).type;
        assert.equal(await check('two', 60), 'right');
        assert.equal(await check('two', 179), 'right');
        assert.equal(await check('three', 61), 'wrong');
        assert.equal(await check('two', 60, new Secret(kind === 'app' ? '000000' : 'AAAAA-AAAAA')), 'wrong');
        assert.equal(await check('two', 180), 'wrong');
      });
    });

  it('a code of a user who was deactivated is wrong, and is not used up', async () => {
    const store = memoryAuthenticators();
    const { codes } = await enroll(open(store));
    const code = new Secret(codes[0] ?? '');
    assert.equal((await open(store, [older], false).check(later(60), code)).type, 'wrong');
    assert.equal((await open(store).check(later(60), code)).type, 'right');
  });

  it('survives a rotation of secrets, and is sealed again by its use', async () => {
    const store = memoryAuthenticators();
    const { codeAt, codes } = await enroll(open(store));
    const rotated = open(store, [newer, older]);
    assert.equal((await rotated.check(later(60), codeAt(60))).type, 'right');
    assert.equal((await rotated.check(later(60), new Secret(codes[0] ?? ''))).type, 'right');
    assert.equal((await open(store, [newer]).check(later(120), codeAt(120))).type, 'right');
    assert.equal((await open(store, [newer]).check(later(120), new Secret(codes[1] ?? ''))).type, 'wrong');
  });

  it('a set-up page survives a rotation of secrets between showing and sending it', async () => {
    const store = memoryAuthenticators();
    const secret = (await open(store).enrollTotp(ann, 8)).secret.replaceAll(' ', '');
    const { codes, set } = open(store).newRecoveryCodes(ann, 3);
    const rotated = open(store, [newer, older]);
    const code = new Secret(generateSync({ secret, digits: 8, epoch: Math.floor(ann.now / 1000) }));
    assert.equal((await rotated.confirmTotp(ann, code, 8)).type, 'right');
    assert.equal(await rotated.saveRecoveryCodes(ann, 3, set), 'saved');
    assert.equal((await rotated.check(later(60), new Secret(codes[2] ?? ''))).type, 'right');
    assert.equal(await open(store, [newer]).saveRecoveryCodes(ann, 3, set), 'unknown_set');
  });

  it('a row that is copied to another user opens nothing', async () => {
    const store = memoryAuthenticators();
    const { codeAt, codes } = await enroll(open(store));
    for (const row of await store.list('ann')) await store.add({ ...row, id: `${row.id}-bob`, userId: 'bob' });
    const bob = { ...later(60), userId: 'bob' };
    assert.equal((await open(store).check(bob, codeAt(60))).type, 'wrong');
    assert.equal((await open(store).check(bob, new Secret(codes[0] ?? ''))).type, 'wrong');
  });

  it('plans and users have keys and codes of their own', async () => {
    const factors = open(memoryAuthenticators());
    const users = [ann, { ...ann, enrollmentId: 'two' }, { ...ann, userId: 'bob' }];
    const keys = await Promise.all(users.map(async (user) => (await factors.enrollTotp(user, 6)).secret));
    const codes = users.flatMap((user) => factors.newRecoveryCodes(user, 10).codes);
    assert.deepEqual([new Set(keys).size, new Set(codes).size], [3, 30]);
    assert.ok(codes.every((code) => /^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/.test(code)));
  });

  it('a user whose recovery codes are all used has none', async () => {
    const store = memoryAuthenticators();
    const factors = open(store);
    const { codes, set } = factors.newRecoveryCodes(ann, 1);
    await factors.saveRecoveryCodes(ann, 1, set);
    assert.deepEqual(await factors.typesOf('ann'), ['recovery_codes']);
    assert.equal((await factors.check(later(60), new Secret(codes[0] ?? ''))).type, 'right');
    assert.deepEqual(await factors.typesOf('ann'), []);
  });

  // T24: before 2026.8, authentik limited codes of some kinds of authenticators only.
  for (const [limit, other] of [
    ['perUser', { enrollmentId: 'two', address: '192.0.2.2' }],
    ['perClient', { enrollmentId: 'two', userId: 'bob' }],
    ['perPlan', { address: '192.0.2.2', userId: 'bob' }],
  ] as const) {
    it(`T24: wrong codes of all kinds count together, ${limit}`, async () => {
      const clock = fakeClock();
      const events = (): void => undefined;
      const rateLimiter = createMemoryRateLimiter({ clock });
      const ephemeralStore = createMemoryEphemeralStore({ clock });
      const most = { points: 1000, windowSeconds: 60 };
      const limits = { perUser: most, perClient: most, perPlan: most, [limit]: { points: 2, windowSeconds: 60 } };
      const parts = {
        authenticators: memoryAuthenticators(),
        ephemeralStore,
        rehashed: createRehashedPasswords(ephemeralStore),
        accountLock: createAccountLock(ephemeralStore),
        profiles: {
          find: async () => ({ id: 'ann', username: 'ann', email: null, name: null, active: true }),
          findByTyped: async () => null,
          passwordHashes: async () => [],
        },
        attempts: createSecondFactorAttempts({ rateLimiter, events, ...limits }),
        ...{ keyring: createKeyring([older]), events, issuer: 'Acme' },
        ...{ pace: async () => undefined, endEvidence: async () => undefined },
      };
      const [factors, passkeys] = [
        createSecondFactors(parts),
        createPasskeys({ ...parts, site: { origin: 'https://app.example' } }),
      ];
      const rules = { userVerification: 'preferred', hints: [] } as const;
      const user = { ...ann, step: 'second-factor' };
      const answers = [
        await factors.check(user, new Secret('000000')),
        await passkeys.check(user, new Secret('{}'), rules),
        await factors.check({ ...user, ...other }, new Secret('AAAAA-AAAAA')),
        await passkeys.check({ ...user, ...other }, new Secret('{}'), rules),
      ];
      assert.deepEqual(
        answers.map(({ type }) => type),
        ['wrong', 'wrong', 'throttled', 'throttled'],
      );
    });
  }

  it('wrong factors count for the reputation of client and name, right ones do not', async () => {
    const noted: unknown[] = [];
    const store = memoryAuthenticators();
    const factors = open(store, [older], true, (subject, change) => void noted.push([subject, change]));
    const { codeAt } = await enroll(factors);
    assert.deepEqual(noted, []);
    await factors.check(later(60), new Secret('AAAAA-AAAAA'));
    assert.equal((await factors.check(later(60), codeAt(60))).type, 'right');
    assert.deepEqual(noted, [[{ address: ann.address, name: 'ann' }, -1]]);
  });
});

describe('the authenticators of a user, as the user manages them', () => {
  it('are renamed and removed by their own user alone; a removed one ends what browsers remember', async () => {
    const factors = open(memoryAuthenticators());
    await enroll(factors);
    const own = await factors.list('ann');
    assert.deepEqual(own.map(({ type }) => type).toSorted(), ['recovery_codes', 'totp']);
    assert.ok(
      own.every((one) => !('data' in one)),
      'no secrets',
    );
    const { id = '' } = own.find(({ type }) => type === 'totp') ?? {};
    assert.deepEqual(
      [await factors.list('bob'), await factors.rename('bob', id, 'x'), await factors.remove('bob', id, proved)],
      [[], false, 'absent'],
    );
    const mark = await factors.markOf('ann', id, unverified);
    assert.equal(await factors.rename('ann', id, 'y'.repeat(100)), true);
    assert.equal((await factors.list('ann')).find((one) => one.id === id)?.name, 'y'.repeat(64));
    assert.equal(await factors.isMark('ann', mark, { types: ['totp'], verifiesUser: true }), true);
    assert.deepEqual(
      [await factors.remove('ann', id, proved), await factors.remove('ann', id, proved)],
      ['removed', 'absent'],
    );
    assert.equal(await factors.isMark('ann', mark, { types: ['totp'], verifiesUser: true }), false);
    assert.deepEqual(await factors.list('ann'), [], 'recovery codes alone would be used up by sign-ins');
  });

  it('what a browser remembers ends with another password, and not with the same one hashed anew', async () => {
    let hash = 'first';
    const ephemeralStore = createMemoryEphemeralStore({ clock: fakeClock(ann.now) });
    const store = memoryAuthenticators();
    const factors = open(
      store,
      [older],
      true,
      () => undefined,
      ephemeralStore,
      () => hash,
    );
    await enroll(factors);
    const id = (await store.list('ann')).find(({ type }) => type === 'totp')?.id ?? '';
    const mark = await factors.markOf('ann', id, unverified);
    await createRehashedPasswords(ephemeralStore).record('ann', 'first', 'hashed anew');
    hash = 'hashed anew';
    assert.equal(await factors.isMark('ann', mark, { types: ['totp'], verifiesUser: true }), true);
    hash = 'of another password';
    assert.equal(await factors.isMark('ann', mark, { types: ['totp'], verifiesUser: true }), false);
  });

  it('of two removed at once, whose recovery codes stay for neither, all are gone', async () => {
    const store = memoryAuthenticators();
    const factors = open(store);
    await enroll(factors);
    const totp = (await store.list('ann')).find(({ type }) => type === 'totp');
    assert.ok(totp);
    await store.add({ ...totp, id: 'second' });
    await factors.remove('ann', 'second', proved);
    assert.equal((await factors.list('ann')).length, 2, 'one app is left, with its codes');
    await store.add({ ...totp, id: 'second' });
    await Promise.all([factors.remove('ann', 'second', proved), factors.remove('ann', totp.id, proved)]);
    assert.deepEqual(await factors.list('ann'), []);
  });
});
