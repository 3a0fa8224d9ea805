import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { isEnrollmentError } from '../../lib/base/error.js';
import { Secret } from '../../lib/base/secret.js';
import type { AcceptedInvitation } from '../../lib/ports/events.js';
import type { InvitationRef } from '../../lib/ports/invitation-gate.js';
import type { InvitationInput } from '../../lib/ports/invitation-input.js';
import type { InvitationStore } from '../../lib/ports/invitation-store.js';
import type { UserStore } from '../../lib/ports/user-store.js';
import { createMemoryInvitationStore } from '../../lib/stores/memory/invitation-store.js';
import { memoryUsers, type MemoryUser } from '../../lib/stores/memory/user-store.js';
import { sampleAccount, sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { createAcceptances } from '../../lib/users/acceptances.js';
import { invitersOf } from '../../lib/users/inviters.js';
import { notifyEnrolled } from '../../lib/users/notify-enrolled.js';
import type { Acceptances } from '../../lib/ports/acceptances.js';
import { invitationFixture, type InvitationFixture } from '../support/invitations/invitation-fixture.js';

/** Invitations and accounts, with faults at chosen calls. */
interface Scene extends Pick<InvitationFixture, 'invitations'> {
  readonly store: InvitationStore;
  readonly users: UserStore<MemoryUser>;
  readonly acceptances: Acceptances;
  readonly told: AcceptedInvitation[];
  member(name?: string): Promise<string>;
  /** What the code page leaves in the plan. */
  accepted(input: InvitationInput, account: string): Promise<InvitationRef>;
  accept(invitation: InvitationRef, user: string): ReturnType<Acceptances['accept']>;
}

type Faults = (call: string) => 'before' | 'after' | null;

describe('accounts that accept invitations', () => {
  let faults: Faults;
  beforeEach(() => {
    faults = () => null;
  });

  function faulty<T extends object>(target: T, names: readonly (keyof T & string)[]): T {
    const wrapped = Object.fromEntries(
      names.map((name) => [
        name,
        async (...args: unknown[]) => {
          const how = faults(name);
          if (how === 'before') throw new Error(`away before ${name}`);
          const call: unknown = target[name];
          const answer: unknown = await (call as (...given: unknown[]) => unknown).apply(target, args);
          if (how === 'after') throw new Error(`away after ${name}`);
          return answer;
        },
      ]),
    );
    return { ...target, ...wrapped };
  }

  function open(change: (users: UserStore<MemoryUser>) => UserStore<MemoryUser> = (users) => users): Scene & {
    advance(ms: number): void;
  } {
    const clock = fakeClock();
    const memory = memoryUsers({ clock });
    const users = faulty(change(memory.users), ['acceptInvitation']);
    const store = faulty(createMemoryInvitationStore({ clock }), ['claim', 'commit']);
    const { invitations } = invitationFixture({
      clock,
      store,
      redemptions: memory.redemptions,
      inviters: invitersOf(users, { may: (_inviter, { data }) => data['role'] !== 'admin' }),
    });
    const told: AcceptedInvitation[] = [];
    const redeem = notifyEnrolled(invitations.redeem, {
      finished: () => assert.fail('no account was created'),
      accepted: (acceptance) => void told.push(acceptance),
    });
    const acceptances = createAcceptances({ users, redeem, redemptions: memory.redemptions });
    return {
      ...{ invitations, store, users, acceptances, told },
      advance: clock.advance,
      async member(name = 'ann') {
        const user = await users.create(
          sampleAccount({ username: name, email: `${name}@example.com` }),
          sampleRedemption(),
        );
        return user.id;
      },
      async accepted(input, account) {
        const { code } = await invitations.manager.create(input);
        const verdict = await invitations.gate.validate({
          ...{ code: new Secret(code), flow: 'accept', enrollmentId: 'a plan', address: '203.0.113.7' },
          ...{ email: null, account },
        });
        return verdict.ok ? verdict.invitation : assert.fail(verdict.message.id);
      },
      accept: (invitation, user) =>
        acceptances.accept({ user, invitation, flow: 'accept', address: '203.0.113.7', tenant: undefined }),
    };
  }

  it('nobody accepts for another account, whatever the plan says', async () => {
    const scene = open();
    const [ann, bob] = [await scene.member('ann'), await scene.member('bob')];
    const invitation = await scene.accepted({ uses: 1 }, ann);
    assert.equal((await scene.accept(invitation, bob)).type, 'denied');
    const { acceptance: _account, ...forNewAccounts } = invitation;
    assert.equal((await scene.accept(forNewAccounts, ann)).type, 'denied');
    assert.equal((await scene.accept(invitation, ann)).type, 'accepted');
    assert.equal((await scene.accept(invitation, ann)).type, 'accepted_before');
  });

  it('an account that is gone or switched off at the write takes no seat', async () => {
    let active = true;
    const scene = open((users) => ({ ...users, toProfile: (user) => ({ ...users.toProfile(user), active }) }));
    const ann = await scene.member();
    const invitation = await scene.accepted({ uses: 1 }, ann);
    active = false;
    assert.equal((await scene.accept(invitation, ann)).type, 'denied');
    active = true;
    const user = await scene.users.findById(ann);
    if (user !== null) await scene.users.remove?.(user);
    assert.equal((await scene.accept(invitation, ann)).type, 'denied');
    assert.equal((await scene.invitations.manager.get(invitation.id)).claimed, 0);
  });

  it('GHSA-h6c5: an invitation that grants more than its maker may is refused, also when it was changed later', async () => {
    const scene = open();
    const [maker, ann] = [await scene.member('maker'), await scene.member('ann')];
    const invitation = await scene.accepted({ uses: 1, inviter: maker, data: { role: 'editor' } }, ann);
    await scene.invitations.manager.edit(invitation.id, { data: { role: 'admin' } });
    const denied = await scene.accept(invitation, ann);
    assert.equal(denied.type, 'denied');
    assert.equal((await scene.invitations.manager.get(invitation.id)).redeemed, 0);
  });

  it('the address of the account counts at the write, and one that is not verified does not', async () => {
    let emailVerified: boolean | null = null;
    const scene = open((users) => ({ ...users, toProfile: (user) => ({ ...users.toProfile(user), emailVerified }) }));
    const ann = await scene.member();
    const invitation = await scene.accepted({ uses: 1 }, ann);
    await scene.invitations.manager.edit(invitation.id, { email: 'bob@example.com' });
    assert.equal((await scene.accept(invitation, ann)).type, 'denied');
    await scene.invitations.manager.edit(invitation.id, { email: 'ann@example.com' });
    emailVerified = false;
    assert.equal((await scene.accept(invitation, ann)).type, 'denied');
    emailVerified = true;
    assert.equal((await scene.accept(invitation, ann)).type, 'accepted');
  });

  const points = ['claim', 'acceptInvitation', 'commit'].flatMap((call) => [
    ['before', call],
    ['after', call],
  ]) as readonly ['before' | 'after', string][];
  for (const [how, point] of points)
    it(`dies ${how} ${point}, and is healed: one seat, and the app is told`, async () => {
      const scene = open();
      const ann = await scene.member();
      const invitation = await scene.accepted({ uses: 1 }, ann);
      faults = (call) => (call === point ? how : null);
      await scene.accept(invitation, ann).catch((error: unknown) => {
        assert.ok(error instanceof Error || isEnrollmentError(error));
      });
      await scene.invitations.idle();
      faults = () => null;
      scene.advance(120_000);
      // Another account finds the seat taken, or free where nothing was written.
      const other = await scene.member('bob');
      const refs = await scene.invitations.gate.revalidate(invitation, {
        flow: 'accept',
        enrollmentId: '',
        email: null,
      });
      assert.ok(refs.ok, 'the seat is the account’s own, or free');
      const answer = await scene.accept(invitation, ann);
      assert.ok(answer.type === 'accepted' || answer.type === 'accepted_before', answer.type);
      await scene.invitations.idle();
      const { redeemed, claimed } = await scene.invitations.manager.get(invitation.id);
      assert.deepEqual([redeemed, claimed], [1, 0]);
      assert.deepEqual(new Set(scene.told.map(({ user }) => user)), new Set([ann]));
      assert.deepEqual(
        (await scene.store.acceptancesOf(ann)).map(({ id }) => id),
        [invitation.id],
      );
      const late: InvitationRef = {
        ...invitation,
        acceptance: { account: other, enrollmentId: 'acceptance:another account' },
      };
      assert.equal((await scene.accept(late, other)).type, 'denied');
    });
});
