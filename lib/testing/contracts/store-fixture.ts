import assert from 'node:assert/strict';
import { randomId } from '../../base/ids.js';
import type {
  ClaimAnswer,
  InvitationRecord,
  InvitationStore,
  RefusalCause,
  InvitationSnapshot,
} from '../../ports/invitation-store.js';
import { sampleInvitation } from './sample-invitation.js';

type Claimed = Extract<ClaimAnswer, { readonly type: 'claimed' }>;
export type OneCase<C> = (title: string, run: (fixture: StoreFixture) => Promise<void>) => C;

/** The store under test with one invitation. */
export interface StoreFixture {
  readonly store: InvitationStore;
  now(): number;
  advance(milliseconds: number): void;
  /** Stores an invitation; the other functions use its id. */
  issue(over?: Partial<InvitationRecord>): Promise<InvitationRecord>;
  ask(plan: string, leaseSeconds?: number): Promise<ClaimAnswer>;
  /** Claims a seat, and fails when the store returns none. */
  take(plan: string, leaseSeconds?: number): Promise<Claimed>;
  refused(plan: string): Promise<RefusalCause>;
  /** What the store returns for the plan's redeemed seat; fails when it has none. A separate case checks the age. */
  redeemed(plan: string): Promise<{ readonly seat: string; readonly user: string }>;
  commit(seat: string, plan: string, user?: string): Promise<boolean>;
  release(claimed: Claimed): Promise<boolean>;
  change(over: Partial<InvitationRecord>): Promise<void>;
  snapshot(plan?: string): Promise<InvitationSnapshot>;
  /** `[redeemed, claimed, lapsed]` */
  counts(): Promise<readonly [number, number, number]>;
}

export function createStoreFixture(opened: {
  readonly store: InvitationStore;
  now(): number;
  advance(milliseconds: number): void;
}): StoreFixture {
  const { store } = opened;
  let id = randomId();

  const fixture: StoreFixture = {
    store,
    now: () => opened.now(),
    advance: (milliseconds) => opened.advance(milliseconds),
    async issue(over) {
      const record = sampleInvitation(over);
      id = record.id;
      assert.equal(await store.create(record), true);
      return record;
    },
    ask: (plan, leaseSeconds = 60) => store.claim({ id, plan, leaseSeconds }),
    async take(plan, leaseSeconds) {
      const answer = await fixture.ask(plan, leaseSeconds);
      if (answer.type !== 'claimed') assert.fail(`${plan} got no seat: ${JSON.stringify(answer)}`);
      return answer;
    },
    async refused(plan) {
      const answer = await fixture.ask(plan);
      if (answer.type !== 'refused') assert.fail(`${plan} was not refused: ${JSON.stringify(answer)}`);
      return answer.cause;
    },
    async redeemed(plan) {
      const answer = await fixture.ask(plan);
      if (answer.type !== 'redeemed') assert.fail(`${plan} has no account: ${JSON.stringify(answer)}`);
      return { seat: answer.seat, user: answer.user };
    },
    commit: (seat, plan, user = `user of ${plan}`) => store.commit({ id, seat, plan, user }),
    release: ({ seat, token }) => store.release({ id, seat, token }),
    async change(over) {
      const { record } = await fixture.snapshot();
      assert.equal(await store.edit({ ...record, ...over, version: record.version + 1 }, record, 'extended'), true);
    },
    async snapshot(plan) {
      const [snapshot] = await store.read([id], plan);
      return snapshot ?? assert.fail('the invitation is not there');
    },
    async counts() {
      const { redeemed, claimed, lapsed } = await fixture.snapshot();
      return [redeemed, claimed, lapsed];
    },
  };
  return fixture;
}
