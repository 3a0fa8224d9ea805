import assert from 'node:assert/strict';
import { systemClock } from '../../base/clock.js';
import { randomId } from '../../base/ids.js';
import { createKeyring } from '../../base/keyring.js';
import type { FieldErrors } from '../../base/message.js';
import { createInvitations, type Invitations } from '../../invitations/invitations.js';
import { createMemoryRateLimiter } from '../../stores/memory/rate-limiter.js';
import type { InvitationRecord, InvitationStore } from '../../ports/invitation-store.js';
import type { Redeemed, RedeemOrder } from '../../ports/redeem.js';
import type { Redemption, RedemptionRow, Redemptions } from '../../ports/redemptions.js';
import type { ContractCase } from './contract.js';
import { sampleInvitation } from './sample-invitation.js';

export interface RedeemUnderTest {
  readonly store: InvitationStore;
  readonly redemptions: Redemptions;
  /** Inserts a row as the app's own transaction would; must fail when a unique key is violated. */
  insert(row: RedemptionRow): Promise<void>;
  /** Advances the store's time at once, as with a fake clock. */
  advance(milliseconds: number): void;
  close?(): Promise<void>;
}

interface Account {
  readonly id: string;
}

/** One invitation, and visitors who sign up with it. */
export interface RedemptionFixture {
  readonly under: RedeemUnderTest;
  readonly invitations: Invitations;
  issue(over?: Partial<InvitationRecord>): Promise<InvitationRecord>;
  /** An order whose write inserts the row and nothing else. */
  order(plan: string, over?: Partial<RedeemOrder<Account>>): RedeemOrder<Account>;
  signUp(plan: string, over?: Partial<RedeemOrder<Account>>): Promise<Redeemed<Account>>;
  write(redemption: Redemption): Promise<Account>;
  /** `[redeemed, claimed]` once everything has reached the store. */
  counts(): Promise<readonly [number, number]>;
}

interface DeskTerms {
  /** What `redeem` gets instead of the table under test; `null`: the app keeps no redemptions. */
  readonly redemptions?: (table: Redemptions) => Redemptions | null;
  readonly leaseSeconds?: number;
  readonly lookUpSeconds?: number;
  readonly renewals?: number;
}

export type RedeemCase = (
  title: string,
  run: (fixture: RedemptionFixture) => Promise<void>,
  terms?: DeskTerms,
) => ContractCase;

export function createRedemptionFixture(
  under: RedeemUnderTest,
  { redemptions = (table) => table, ...terms }: DeskTerms = {},
): RedemptionFixture {
  const invitations = createInvitations({
    ...terms,
    store: under.store,
    redemptions: redemptions(under.redemptions),
    keyring: createKeyring([randomId()]),
    clock: systemClock,
    rateLimiter: createMemoryRateLimiter({ clock: systemClock }),
    attempts: { consume: async () => ({ over: false }), reward: async () => undefined },
    events: () => undefined,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    site: { origin: 'https://app.example', mount: '', secure: true },
    defaultFlow: () => null,
  });
  let record = sampleInvitation();

  const fixture: RedemptionFixture = {
    under,
    invitations,
    async issue(over) {
      record = sampleInvitation(over);
      assert.equal(await under.store.create(record), true);
      return record;
    },
    order: (plan, over) => ({
      enrollmentId: plan,
      flow: 'invite',
      invitation: { id: record.id, version: 1 },
      email: null,
      write: (redemption) => fixture.write(redemption),
      idOf: ({ id }) => id,
      taken: async (): Promise<FieldErrors | null> => null,
      ...over,
    }),
    signUp: (plan, over) => invitations.redeem(fixture.order(plan, over)),
    async write(redemption) {
      const id = `user of ${redemption.enrollmentId}`;
      await under.insert(redemption.row(id));
      return { id };
    },
    async counts() {
      await invitations.idle();
      const [snapshot] = await under.store.read([record.id]);
      return snapshot ? [snapshot.redeemed, snapshot.claimed] : assert.fail('the invitation is not there');
    },
  };
  return fixture;
}

export function accountOf(redeemed: Redeemed<Account>): string {
  return redeemed.type === 'redeemed' ? redeemed.userId : assert.fail(`no account: ${JSON.stringify(redeemed)}`);
}
