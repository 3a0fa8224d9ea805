import assert from 'node:assert/strict';
import { createKeyring } from '../../../lib/base/keyring.js';
import { Secret } from '../../../lib/base/secret.js';
import type { createInvitations, Invitations } from '../../../lib/invitations/invitations.js';
import { isEnrollmentError, type ErrorCode } from '../../../lib/base/error.js';
import type { CodeQuestion } from '../../../lib/ports/invitation-gate.js';
import type { InvitationStore } from '../../../lib/ports/invitation-store.js';
import type { Inviters } from '../../../lib/ports/inviters.js';
import { createMemoryRateLimiter } from '../../../lib/stores/memory/rate-limiter.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import type { ContractCase } from '../../../lib/testing/contracts/contract.js';
import { createModelUsers } from './redemption-users.js';
import { startOwnTime } from '../own-time.js';

interface Opened {
  readonly store: InvitationStore;
  now(): number;
  advance(milliseconds: number): void;
}

const coded = (code: ErrorCode) => (error: unknown) => isEnrollmentError(error) && error.code === code;

/** Additions of the protocol to a store: reservations, persons, tenants and inviters. */
export function protocolCases(create: typeof createInvitations, open: () => Promise<Opened>): readonly ContractCase[] {
  const one = (title: string, run: (fixture: GuardApp) => Promise<void>): ContractCase => ({
    title,
    run: async () => run(fixtureOf(create, await open())),
  });
  return [
    one('a blocked reservation settles what lapsed', async ({ invitations, store, advance, ask }) => {
      const { id, code } = await invitations.manager.create({ uses: 1, reserve: '15m' });
      await store.claim({ id, plan: 'dead', leaseSeconds: 60 });
      advance(61_000);
      assert.equal((await ask(code, 'p', { reserve: true })).ok, true);
      assert.equal((await store.read([id]))[0]?.held, 1);
    }),
    one('a seat is reserved only if pages follow', async ({ invitations, store, ask }) => {
      const { id, code } = await invitations.manager.create({ uses: 1, reserve: '15m' });
      await ask(code, 'p');
      assert.equal((await store.read([id]))[0]?.held, 0);
    }),
    one('an address can reserve five seats, each counted once, without refused ones', async ({ invitations, ask }) => {
      const { code } = await invitations.manager.create({ uses: 6, reserve: '15m' });
      const scarce = await invitations.manager.create({ uses: 9, reserve: '15m', onePerPerson: true });
      const from = { reserve: true, address: 'one' };
      for (let at = 0; at < 5; at += 1)
        for (let times = 0; times < 3; times += 1) assert.equal((await ask(code, `p${at}`, from)).ok, true);
      const sixth = await ask(code, 'p5', from);
      assert.equal(!sixth.ok && sixth.message.id, 'invitation.too_many_held');
      assert.equal((await ask(code, 'p6', { reserve: true, address: 'two' })).ok, true);

      await ask(scarce.code, 'owner', { reserve: true, address: 'owner', email: 'ann@example.com' });
      for (let times = 0; times < 8; times += 1) {
        const refused = await ask(scarce.code, `late ${times}`, {
          reserve: true,
          address: 'late',
          email: 'ann+more@example.com',
        });
        assert.equal(!refused.ok && refused.message.id, 'invitation.held');
      }
    }),
    one('releasing a reservation frees the seat', async ({ invitations, store, ask }) => {
      const { id, code } = await invitations.manager.create({ uses: 1, reserve: '15m' });
      await ask(code, 'p', { reserve: true });
      await invitations.gate.releaseReservation({ id, version: 1 }, 'p', '203.0.113.7');
      assert.equal((await store.read([id]))[0]?.held, 0);
    }),
    one('one mailbox is one person, whatever its tag and whichever secret is newest', async (fixture) => {
      const { invitations, signUp, renewed } = fixture;
      const { id } = await invitations.manager.create({ uses: 9, onePerPerson: true });
      assert.equal(await signUp(id, 'p', 'ann@example.com'), 'redeemed');
      assert.equal(await signUp(id, 'q', 'ann+2@example.com'), 'already');
      assert.equal(await renewed().signUp(id, 'r', 'ann+3@example.com'), 'already');
      assert.equal(await signUp(id, 's', 'bob@example.com'), 'redeemed');
      for (const plan of ['t', 'u']) assert.equal(await signUp(id, plan, null), 'no_person');
    }),
    one('no address is stored in plain text', async ({ invitations, store, signUp }) => {
      const { id } = await invitations.manager.create({ uses: 9, onePerPerson: true });
      const asked: (string | null | undefined)[] = [];
      const fixture = fixtureOf(create, {
        store: { ...store, claim: (claim) => (asked.push(claim.person), store.claim(claim)) },
        now: () => 0,
        advance: () => undefined,
      });
      await fixture.signUp(id, 'p', 'ann@example.com');
      await signUp(id, 'q', 'bob@example.com');
      assert.equal(asked.length, 1);
      assert.doesNotMatch(String(asked[0]), /ann|example|null/);
    }),
    one(
      'a tenant’s invitation is for the tenant, at the code and at the write',
      async ({ invitations, ask, signUp }) => {
        const [a, none] = [
          await invitations.manager.create({ uses: 9, tenant: 'a' }),
          await invitations.manager.create({ uses: 9 }),
        ];
        assert.equal((await ask(a.code, 'p', { tenant: 'a' })).ok, true);
        assert.equal((await ask(a.code, 'p', { tenant: 'b' })).ok, false);
        assert.equal((await ask(a.code, 'p', { tenant: null })).ok, false);
        assert.equal((await ask(none.code, 'p', { tenant: 'a' })).ok, false);
        assert.equal((await ask(none.code, 'p', { tenant: null })).ok, true);
        assert.equal((await ask(a.code, 'p')).ok, true, 'an app without tenants takes all');
        assert.equal((await ask(none.code, 'p')).ok, true);
        assert.equal(await signUp(a.id, 'p', null, 'b'), 'other_tenant');
        assert.equal(await signUp(a.id, 'p', null, 'a'), 'redeemed');
      },
    ),
    one(
      'the invitation of an inviter who lost that right admits no one',
      async ({ invitations, ask, signUp, inviters }) => {
        const { id, code } = await invitations.manager.create({ uses: 9, inviter: 'ann' });
        assert.equal((await ask(code, 'p')).ok, true);
        inviters.allowed = false;
        assert.equal((await ask(code, 'p')).ok, false);
        assert.equal(await signUp(id, 'p', null), 'inviter');
        await assert.rejects(invitations.manager.create({ inviter: 'ann' }), coded('ERR_ENROLLMENT_INVITER'));
      },
    ),
    one('a quota runs out, and refused requests are not counted', async ({ invitations, inviters }) => {
      inviters.count = 2;
      for (let times = 0; times < 2; times += 1) await invitations.manager.create({ inviter: 'ann' });
      for (let times = 0; times < 3; times += 1)
        await assert.rejects(invitations.manager.create({ inviter: 'ann' }), coded('ERR_ENROLLMENT_QUOTA'));
      inviters.count = 3;
      await invitations.manager.create({ inviter: 'ann' });
    }),
    one('a revocation waits for claims and not for reservations', async ({ invitations, store }) => {
      const { id } = await invitations.manager.create({ uses: 3, reserve: '15m' });
      await store.reserve({ id, plan: 'a' });
      const claimed = await store.claim({ id, plan: 'b', leaseSeconds: 60 });
      let over = false;
      const revoking = invitations.manager.revoke(id).then((revoked) => ((over = true), revoked));
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.equal(over, false);
      if (claimed.type === 'claimed') await store.release({ id, seat: claimed.seat, token: claimed.token });
      const ownTime = startOwnTime();
      assert.deepEqual(await revoking, { redeemed: 0, inFlight: 1, becameAccounts: 0, stillOpen: 0 });
      assert.ok(ownTime() < 1500);
      assert.equal((await store.claim({ id, plan: 'c', leaseSeconds: 60 })).type, 'refused');
    }),
  ];
}

interface GuardApp extends Opened {
  readonly invitations: Invitations;
  readonly inviters: { allowed: boolean; count: number };
  ask(code: string, plan: string, over?: Partial<CodeQuestion>): ReturnType<Invitations['gate']['validate']>;
  /** The cause, or `redeemed`. */
  signUp(id: string, plan: string, email: string | null, tenant?: string | null): Promise<string>;
  /** The same app under a new secret; the old one still verifies. */
  renewed(): GuardApp;
}

function fixtureOf(
  create: typeof createInvitations,
  opened: Opened,
  secrets: readonly [string, ...string[]] = ['the old secret'],
  users = createModelUsers(),
): GuardApp {
  const rules = { allowed: true, count: 100 };
  const inviters: Inviters = { may: async () => rules.allowed, quota: async () => ({ count: rules.count, days: 1 }) };
  const clock = fakeClock();
  const invitations = create({
    store: opened.store,
    redemptions: users,
    keyring: createKeyring(secrets),
    clock,
    rateLimiter: createMemoryRateLimiter({ clock }),
    inviters,
    attempts: { consume: async () => ({ over: false }), reward: async () => undefined },
    events: () => undefined,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    site: { origin: 'https://app.example', mount: '', secure: true },
    defaultFlow: () => null,
  });
  return {
    ...opened,
    invitations,
    inviters: rules,
    ask: (code, plan, over) =>
      invitations.gate.validate({
        code: new Secret(code),
        flow: null,
        enrollmentId: plan,
        address: plan,
        email: null,
        ...over,
      }),
    async signUp(id, plan, email, tenant) {
      const done = await invitations.redeem({
        enrollmentId: plan,
        flow: null,
        tenant,
        invitation: { id, version: 1 },
        email,
        write: async (redemption) => (users.insert(redemption.row(plan), plan), plan),
        idOf: String,
        taken: async () => null,
      });
      await invitations.idle();
      return done.type === 'refused' ? done.cause : done.type;
    },
    renewed: () => fixtureOf(create, opened, ['the new secret', ...secrets], users),
  };
}
