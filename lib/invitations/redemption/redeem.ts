import type { Background } from '../../base/background.js';
import type { Keyring } from '../../base/keyring.js';
import type { FieldErrors } from '../../base/message.js';
import type { EventSink } from '../../ports/events.js';
import type {
  ClaimAnswer,
  InvitationRecord,
  InvitationStore,
  RefusalCause,
  SeatRef,
} from '../../ports/invitation-store.js';
import type { Inviters } from '../../ports/inviters.js';
import type { RateLimiter } from '../../ports/rate-limiter.js';
import type { Redeem, RedeemOrder, Redeemed } from '../../ports/redeem.js';
import type { RedemptionRow } from '../../ports/redemptions.js';
import { ineligibilityReason, isToBeTold, personOf } from '../access/eligibility.js';
import type { Refusal, Refuse } from '../access/refusal.js';
import { keepingLease, type LeaseTerms } from './lease.js';
import { redeemOpenly } from './redeem-openly.js';
import { invitedRedemption, seatOfRedemption, redemptionKey } from './redemption.js';
import { uncountReservation } from './reserve.js';
import { unsettled, commitSeat, commitRow, release, settle, type LookUp } from './settle.js';

interface RedeemParts {
  readonly store: InvitationStore;
  readonly lookUp: LookUp | null;
  readonly inviters: Inviters | null;
  readonly keyring: Keyring;
  readonly rateLimiter: RateLimiter;
  readonly events: EventSink;
  readonly background: Background;
  readonly refuse: Refuse;
  readonly terms: LeaseTerms;
}

type Claimed = Extract<ClaimAnswer, { readonly type: 'claimed' }>;
type Held = SeatRef & { readonly token: string };
type Terms = Pick<RedeemOrder<never>, 'vouched'>;
type Refused = Extract<Redeemed<never>, { readonly type: 'refused' }>;

/** How often one redemption claims before it gives up for now: in each round another seat was already taken. */
const mostRounds = 12;

/**
 * The redemption protocol. The store only allots seats. The two unique keys of the row that `write` inserts with the
 * account guarantee that a seat is one account and a plan is one account.
 */
export function createRedeem(parts: RedeemParts): Redeem {
  const { store, lookUp, inviters, keyring, rateLimiter, events, background, refuse, terms } = parts;

  return async function redeem<User>(order: RedeemOrder<User>): Promise<Redeemed<User>> {
    const { invitation, enrollmentId } = order;
    if (invitation === null) return redeemOpenly(order, parts);
    const { id } = invitation;
    const person = personOf(keyring, order.email);
    // The invitation that created the account has given it a seat already.
    if (order.account !== undefined && (await store.originOf(order.account))?.id === id)
      return refused('already_accepted', id);

    for (let round = 1; round <= mostRounds; round += 1) {
      const answer = await store.claim({ id, plan: enrollmentId, leaseSeconds: terms.seconds, person });
      if (answer.type === 'redeemed') return { type: 'redeemed', user: null, userId: answer.user, agoMs: answer.agoMs };
      if (answer.type === 'refused')
        return (await earlier(enrollmentId)) ?? refused(await causeOf(answer.cause, id), id);
      if (answer.type === 'settle') {
        if (lookUp === null) return refused('held', id);
        await settle({ store, lookUp, events }, id, answer.lapsed);
        continue;
      }
      const done = await redeemSeat(order, answer);
      if (done !== 'seat taken') return done;
    }
    throw unsettled(`${mostRounds} seats turned out to be taken already`);
  };

  async function redeemSeat<User>(order: RedeemOrder<User>, claimed: Claimed): Promise<Redeemed<User> | 'seat taken'> {
    const { record, seat, token } = claimed;
    const own: Held = { id: record.id, seat, token };
    const ineligible = await ineligibilityReason(record, order, inviters, true);
    if (ineligible !== null) {
      const before = await lookUp?.({ enrollmentId: order.enrollmentId });
      // The seat may be this account's own.
      if (lookUp !== null && before?.redemption_key !== redemptionKey(record.id, seat)) giveBack(own);
      return before ? commitEarlier(before) : refused(ineligible, record.id);
    }
    events({ type: 'invitation.claimed', id: record.id, seat });

    const redemption = invitedRedemption(order.enrollmentId, record, seat);
    let user: User;
    try {
      user = await keepingLease({ store, background, terms }, own, () => order.write(redemption));
    } catch (error) {
      return afterThrow(order, claimed, redemption.key, error);
    }
    // From here on the account exists. The write runs in the background; if it is lost, settling finds the account.
    const row = redemption.row(order.idOf(user));
    background.run('marking a seat as redeemed', committed(own, row, record, order));
    if (record.reservationSeconds !== null && order.address !== undefined)
      background.run('uncounting a reservation', uncountReservation(rateLimiter, record, order.address));
    return { type: 'redeemed', user, userId: row.user_id };
  }

  // An error proves nothing: the account may exist although `write` threw. The user store decides, not the error.
  async function afterThrow<User>(
    order: RedeemOrder<User>,
    { record, seat, token }: Claimed,
    key: string,
    error: unknown,
  ): Promise<Redeemed<User> | 'seat taken'> {
    const own: Held = { id: record.id, seat, token };
    const row = await lookUp?.({ enrollmentId: order.enrollmentId });
    if (row) {
      if (row.redemption_key === key) {
        await committed(own, row, record, order);
        return accountOf(row);
      }
      giveBack(own);
      return commitEarlier(row);
    }
    const others = await lookUp?.({ key });
    if (others) {
      await commitSeat(parts, own, others);
      return 'seat taken';
    }
    const errors: FieldErrors | null = await order.taken();
    giveBack(own);
    if (errors !== null) return { type: 'invalid', errors };
    throw error;
  }

  // Of two posts of one form only one finds the seat unmarked: that one emits the event.
  async function committed(own: SeatRef, row: RedemptionRow, record: InvitationRecord, order: Terms): Promise<void> {
    const first = await commitSeat(parts, own, row);
    if (first && isToBeTold(record, order.vouched))
      events({ type: 'invitation.address_differs', id: record.id, enrollment: row.enrollment_id });
  }

  // If this fails, the lease lapses and settling frees the seat.
  function giveBack(own: Held): void {
    background.run('giving a seat back', release(parts, own));
  }

  // The account of an earlier attempt of the same enrollment.
  async function earlier(enrollmentId: string): Promise<Redeemed<never> | null> {
    const row = await lookUp?.({ enrollmentId });
    return row ? commitEarlier(row) : null;
  }

  async function commitEarlier(row: RedemptionRow): Promise<Redeemed<never>> {
    await commitRow(parts, row);
    return accountOf(row);
  }

  async function accountOf(row: RedemptionRow): Promise<Redeemed<never>> {
    return { type: 'redeemed', user: null, userId: row.user_id, ...(await ageOf(row)) };
  }

  // When a seat is committed, a claim by its own plan takes no seat: it returns the age, none if the commit was just
  // now.
  async function ageOf(row: RedemptionRow): Promise<{ readonly agoMs?: number | null }> {
    const at = seatOfRedemption(row);
    if (at === null) return {};
    const answer = await store.claim({ id: at.id, plan: row.enrollment_id, leaseSeconds: terms.seconds });
    return { agoMs: answer.type === 'redeemed' ? answer.agoMs : null };
  }

  /** To the store, a declined invitation is a revoked one. */
  async function causeOf(cause: RefusalCause, id: string): Promise<RefusalCause | 'declined'> {
    if (cause !== 'revoked') return cause;
    const [snapshot = null] = await store.read([id]);
    return (snapshot?.record.declinedAt ?? null) === null ? cause : 'declined';
  }

  function refused(cause: Refused['cause'] & Refusal, id: string): Refused {
    return { type: 'refused', cause, ...refuse(cause, id, true) };
  }
}
