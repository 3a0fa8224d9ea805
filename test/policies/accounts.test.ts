import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { Secret } from '../../lib/base/secret.js';
import type { Context } from '../../lib/flow/context.js';
import type { Policy, PolicyQuestion, Verdict } from '../../lib/flow/policy.js';
import { dummyPolicy } from '../../lib/policies/dummy.js';
import { eventMatcher, type MatchedEvent } from '../../lib/policies/event-matcher.js';
import { geoIp } from '../../lib/policies/geo-ip.js';
import { inGroup } from '../../lib/policies/in-group.js';
import { isUser } from '../../lib/policies/is-user.js';
import { passwordExpiry } from '../../lib/policies/password-expiry.js';
import { reputation } from '../../lib/policies/reputation.js';
import { uniquePassword } from '../../lib/policies/unique-password.js';
import type { UserProfile } from '../../lib/ports/user-store.js';
import { sampleAccount, sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';
import { openScene, type Scene } from '../support/executor/scene.js';
import { question } from '../support/prompts/question.js';

let scene: Scene;
beforeEach(() => {
  scene = openScene();
});

interface Asking {
  readonly context?: Context;
  readonly profile?: Partial<UserProfile> | null;
  readonly password?: string;
  /** The signed-in user. */
  readonly user?: string;
}

function asked({ context = {}, profile, password, user }: Asking): PolicyQuestion {
  const at = question(context, scene);
  const found = profile === undefined || profile === null ? null : { id: 'u1', active: true, ...profile };
  return {
    ...at,
    facts: { ...at.facts, ...(user === undefined ? {} : { user }) },
    services: profile === undefined ? at.services : profilesOf(at, found),
    answers: password === undefined ? {} : { password: new Secret(password) },
  };
}

function profilesOf(
  { services }: Pick<PolicyQuestion, 'services'>,
  found: UserProfile | null,
): PolicyQuestion['services'] {
  return {
    ...services,
    profiles: { ...services.profiles, find: () => Promise.resolve(found), findByTyped: () => Promise.resolve(found) },
  };
}

const verdict = async (policy: Policy, asking: Asking = {}): Promise<Verdict> => policy.check(asked(asking));
const passes = async (policy: Policy, asking: Asking = {}): Promise<boolean> => (await verdict(policy, asking)).pass;
const idOf = async (policy: Policy, asking: Asking): Promise<string | undefined> =>
  (await verdict(policy, asking)).messages?.[0]?.id;

describe('inGroup', () => {
  it('passes for members of one of the groups', async () => {
    const profile = { groups: ['staff', 'readers'] };
    assert.equal(await passes(inGroup('staff'), { profile, user: 'u1' }), true);
    assert.equal(await passes(inGroup(['board', 'readers']), { profile, user: 'u1' }), true);
    assert.equal(await passes(inGroup('board'), { profile, user: 'u1' }), false);
    assert.equal(await passes(inGroup('staff'), { profile: { ...profile, active: false }, user: 'u1' }), false);
  });

  it('counts indirect members where it can look parents up, circles too', async () => {
    const above: Record<string, string[]> = { team: ['department'], department: ['company'], company: ['team'] };
    const parents = (group: string): string[] => above[group] ?? [];
    const profile = { groups: ['team'] };
    assert.equal(await passes(inGroup('company'), { profile, user: 'u1' }), false);
    assert.equal(await passes(inGroup('company', { parents }), { profile, user: 'u1' }), true);
    assert.equal(await passes(inGroup('board', { parents }), { profile, user: 'u1' }), false);
  });

  it('never passes without an account', async () => {
    assert.equal(await passes(inGroup('staff'), { profile: { groups: ['staff'] } }), false);
    assert.equal(await passes(inGroup('staff'), { profile: null, user: 'gone' }), false);
  });

  it('prefers the account that the flow is about', async () => {
    const context = { pending_user: 'u2' };
    const asking = asked({ context, user: 'u1' });
    const found: string[] = [];
    const services = {
      ...asking.services,
      profiles: { ...asking.services.profiles, find: async (id: string) => (found.push(id), null) },
    };
    await inGroup('staff').check({ ...asking, services });
    assert.deepEqual(found, ['u2']);
  });

  it('asks for the account of a name that was typed, and for neither where another user is signed in', async () => {
    const context = { pending_user_identifier: 'ann' };
    const profile = { groups: ['staff'] };
    assert.equal(await passes(inGroup('staff'), { context, profile }), true);
    assert.equal(await passes(inGroup('staff'), { context, profile, user: 'u1' }), true);
    for (const policy of [inGroup('staff'), isUser('u1')]) {
      await assert.rejects(verdict(policy, { context, profile, user: 'u2' }), /typed the name of another one/);
      await assert.rejects(verdict(policy, { context, profile: null, user: 'u2' }), /typed the name of another one/);
    }
  });

  it('needs names', () => {
    for (const names of ['', [], ['a', '']]) assert.throws(() => inGroup(names), /must/);
  });
});

describe('isUser', () => {
  it('passes for the accounts that are named, while they are active', async () => {
    assert.equal(await passes(isUser('u1'), { profile: {}, user: 'u1' }), true);
    assert.equal(await passes(isUser(['u2', 'u3']), { profile: {}, user: 'u1' }), false);
    assert.equal(await passes(isUser('u1'), { profile: { active: false }, user: 'u1' }), false);
    assert.equal(await passes(isUser('u1'), { profile: null }), false);
  });
});

describe('uniquePassword', () => {
  async function accountWith(...passwords: readonly string[]): Promise<string> {
    const { users } = scene.people;
    const hashes = await Promise.all(
      passwords.map((password) => scene.context.services.passwords.hash(new Secret(password))),
    );
    const [first = '', ...later] = hashes;
    let user = await users.create(sampleAccount({ passwordHash: first }), sampleRedemption());
    for (const [at, passwordHash] of later.entries())
      user = await users.update(user, { passwordHash, passwordChangedAt: at + 1 });
    return user.id;
  }

  it('refuses the present password, and former ones as many as set', async () => {
    const user = await accountWith('first velvet tram', 'second velvet tram', 'third velvet tram');
    const refused = async (former: number, password: string): Promise<boolean> =>
      (await idOf(uniquePassword({ former }), { password, user })) === 'policy.unique_password.used';
    assert.deepEqual(
      await Promise.all(
        [0, 1, 2].map(async (former) => [
          await refused(former, 'third velvet tram'),
          await refused(former, 'second velvet tram'),
          await refused(former, 'first velvet tram'),
          await refused(former, 'another velvet tram'),
        ]),
      ),
      [
        [true, false, false, false],
        [true, true, false, false],
        [true, true, true, false],
      ],
    );
  });

  it('passes where there is no account yet', async () => {
    assert.equal(await passes(uniquePassword({ former: 3 }), { password: 'velvet tram' }), true);
  });
});

describe('passwordExpiry', () => {
  const day = 86_400_000;
  const aged = (days: number): Partial<UserProfile> => ({ passwordChangedAt: scene.clock.now() - days * day });

  it('fails once the password is too old, and not before', async () => {
    const policy = passwordExpiry({ days: 90 });
    assert.equal(await passes(policy, { profile: aged(89.99), user: 'u1' }), true);
    assert.equal(await idOf(policy, { profile: aged(90), user: 'u1' }), 'policy.password_expiry.expired');
  });

  it('inserts the stage that changes it, if one is named', async () => {
    const policy = passwordExpiry({ days: 90, insert: 'change' });
    const { pass, actions } = await verdict(policy, { profile: aged(100), user: 'u1' });
    assert.deepEqual({ pass, actions }, { pass: true, actions: [{ insert: 'change' }] });
    assert.equal((await verdict(policy, { profile: aged(1), user: 'u1' })).actions, undefined);
  });

  it('passes where the age is unknown, and without an account', async () => {
    const policy = passwordExpiry({ days: 1 });
    for (const profile of [{}, { passwordChangedAt: null }, null])
      assert.equal(await passes(policy, { profile, user: 'u1' }), true);
  });
});

describe('reputation', () => {
  const signIn = async (password: string, times: number): Promise<void> => {
    const { credentials } = scene.context.services;
    for (let time = 0; time < times; time += 1)
      await credentials.check({
        identifier: 'ann',
        password: new Secret(password),
        address: '192.0.2.1',
        planId: 'p1',
      });
  };

  it('falls with failed sign-ins, rises with successful ones, and lasts a day', async () => {
    const passwordHash = await scene.context.services.passwords.hash(new Secret('velvet tram'));
    await scene.people.users.create(sampleAccount({ username: 'ann', passwordHash }), sampleRedemption());
    const { reputation: scores } = scene.context.services;
    await signIn('wrong', 1);
    assert.equal(await scores.score({ name: 'ann' }), 0, 'nothing is counted until a policy reads scores');
    scores.activate();
    await signIn('wrong', 3);
    await signIn('velvet tram', 1);
    assert.equal(await scores.score({ name: 'ann' }), -2);
    assert.equal(await scores.score({ name: 'ann', address: '192.0.2.1' }), -4);
    scene.clock.advance(86_400_001);
    assert.equal(await scores.score({ name: 'ann', address: '192.0.2.1' }), 0);
  });

  it('passes at or below the threshold', async () => {
    const { reputation: scores } = scene.context.services;
    scores.activate();
    const context = { pending_user_identifier: 'ANN' };
    for (const [failures, result] of [
      [2, false],
      [1, true],
    ] as const) {
      for (let time = 0; time < failures; time += 1) await scores.record({ name: 'ann' }, -1);
      assert.equal(await passes(reputation({ threshold: -3 }), { context }), result);
    }
    assert.equal(await passes(reputation({ threshold: -3, name: false }), { context }), false);
    await scores.record({ address: '192.0.2.1' }, 1);
    assert.equal(await passes(reputation({ threshold: -3 }), { context }), false, 'both scores count');
    assert.equal(await passes(reputation({ threshold: -3, client: false }), { context }), true);
  });

  it('counts both names of the account, however it was typed, each once', async () => {
    const { reputation: scores } = scene.context.services;
    scores.activate();
    for (const name of ['ann', 'ann', 'ann@example.com']) await scores.record({ name }, -1);
    const profile = { username: 'Ann', email: 'ann@example.com' };
    for (const typed of ['ANN', 'Ann@Example.com']) {
      const context = { pending_user_identifier: typed };
      assert.equal(await passes(reputation({ threshold: -3, client: false }), { context, profile }), true, typed);
      assert.equal(await passes(reputation({ threshold: -4, client: false }), { context, profile }), false, typed);
    }
    const context = { pending_user: 'u1' };
    assert.equal(await passes(reputation({ threshold: -3, client: false }), { context, profile }), true);
    assert.equal(await passes(reputation({ threshold: -4, client: false }), { context, profile }), false);
  });

  it('counts the typed name where a signed-in visitor types that of another account', async () => {
    const { reputation: scores } = scene.context.services;
    scores.activate();
    await scores.record({ name: 'bob@example.com' }, -1);
    const profile = { username: 'bob', email: 'bob@example.com' };
    const asking = { context: { pending_user_identifier: 'bob' }, profile, user: 'u9' };
    assert.equal(await passes(reputation({ threshold: -1, client: false }), asking), true);
  });
});

describe('geoIp', () => {
  const berlin = { country: 'DE', asn: 3320, latitude: 52.52, longitude: 13.405 };
  const hour = 3_600_000;

  it('passes in a listed country or autonomous system', async () => {
    const lookUp = (): typeof berlin => berlin;
    const rows = [
      [{ countries: ['de'] }, true],
      [{ countries: ['FR'] }, false],
      [{ asns: [3320] }, true],
      [{ countries: ['FR'], asns: [3320] }, true],
      [{ countries: ['FR'], asns: [1] }, false],
      [{}, true],
    ] as const;
    for (const [lists, result] of rows) assert.equal(await passes(geoIp({ lookUp, ...lists })), result);
  });

  it('has no verdict where the place is unknown', async () => {
    await assert.rejects(async () => passes(geoIp({ lookUp: () => null })));
    await assert.rejects(async () => passes(geoIp({ lookUp: () => ({}), countries: ['DE'] })));
  });

  const near = { latitude: 52.4, longitude: 13.06 };
  const paris = { latitude: 48.8566, longitude: 2.3522 };
  const sydney = { latitude: -33.8688, longitude: 151.2093 };
  const rows = [
    ['near', [near], { maxDistanceKm: 100 }, 1, true],
    ['878 km away, allowed with the tolerance', [paris], { maxDistanceKm: 830 }, 1, true],
    ['878 km away', [paris], { maxDistanceKm: 800 }, 1, false],
    ['one of several far away', [near, paris], { maxDistanceKm: 100 }, 1, false],
    ['Paris an hour ago', [paris], { impossibleTravel: true }, 1, true],
    ['Sydney two hours ago', [sydney], { impossibleTravel: true }, 2, false],
    ['Sydney a day ago', [sydney], { impossibleTravel: true }, 24, true],
    ['no history', [], { maxDistanceKm: 1, impossibleTravel: true }, 1, true],
  ] as const;
  for (const [title, places, settings, hoursAgo, result] of rows)
    it(`compares with earlier sign-ins: ${title}`, async () => {
      const at = scene.clock.now() - hoursAgo * hour;
      const history = () => places.map((place) => ({ ...place, at }));
      const policy = geoIp({ lookUp: () => berlin, history, ...settings });
      assert.equal(await passes(policy, { user: 'u1' }), result);
      assert.equal(await passes(policy, {}), true, 'visitors without an account have no history');
    });

  it('has no verdict where coordinates are missing', async () => {
    const history = () => [{ ...near, at: 0 }];
    await assert.rejects(async () =>
      passes(geoIp({ lookUp: () => ({ country: 'DE' }), history, maxDistanceKm: 1 }), { user: 'u1' }),
    );
  });

  it('needs a history for the rules that compare', () => {
    assert.throws(() => geoIp({ lookUp: () => null, maxDistanceKm: 10 }), /history/);
    assert.throws(() => geoIp({ lookUp: () => null, impossibleTravel: true }), /history/);
  });
});

describe('eventMatcher', () => {
  const event = { action: 'login_failed', clientIp: '192.0.2.1', app: 'club', model: 'user', risk: 7 };
  const rows = [
    [{}, true],
    [{ action: 'login_failed' }, true],
    [{ action: 'login_failed', clientIp: '192.0.2.1', app: 'club', model: 'user' }, true],
    [{ action: 'login_failed', app: 'other' }, false],
    [{ action: 'login' }, false],
    [{ where: (one: MatchedEvent) => one['risk'] === 7 }, true],
    [{ where: () => false }, false],
  ] as const;
  it('passes when every criterion that is set matches', async () => {
    for (const [criteria, result] of rows)
      assert.equal(
        await passes(eventMatcher({ event: () => event, ...criteria })),
        result,
        Object.keys(criteria).join(),
      );
    assert.equal(await passes(eventMatcher({ event: async () => null })), false, 'no event');
  });
});

describe('dummyPolicy', () => {
  it('has the result that is set, by default false', async () => {
    assert.equal(await passes(dummyPolicy()), false);
    assert.equal(await passes(dummyPolicy({ result: true })), true);
  });

  it('stops waiting when its timeout has passed', async () => {
    const signal = AbortSignal.abort(new Error('late'));
    await assert.rejects(async () => dummyPolicy({ waitSeconds: 300 }).check({ ...asked({}), signal }));
  });
});
