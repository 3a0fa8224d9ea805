import { acceptanceId } from '../../base/acceptance-id.js';
import type { Background } from '../../base/background.js';
import { freezeDeep, mergeDeep } from '../../base/json.js';
import type { Keyring } from '../../base/keyring.js';
import { message } from '../../base/message.js';
import type { EventSink } from '../../ports/events.js';
import type { CodeQuestion, GateVerdict, InvitationGate, InvitationRef } from '../../ports/invitation-gate.js';
import type { InvitationStore, InvitationSnapshot } from '../../ports/invitation-store.js';
import type { Inviters, NameInviter } from '../../ports/inviters.js';
import type { LimitAnswer, Attempts } from '../../ports/limits.js';
import type { RateLimiter } from '../../ports/rate-limiter.js';
import { invitationIds } from '../codes/canonical-code.js';
import { provedAddress } from '../codes/mailed-code.js';
import { readTyped } from '../codes/typed-code.js';
import { reserve, uncountReservation, type Kept } from '../redemption/reserve.js';
import type { LookUp } from '../redemption/settle.js';
import { ineligibilityReason, boundAddress, personOf, stateOf, type InvitationState } from './eligibility.js';
import { isOfRightCode, throttledMessage, type Refuse } from './refusal.js';

interface GateParts {
  readonly store: InvitationStore;
  readonly lookUp: LookUp | null;
  readonly inviters: Inviters | null;
  /** `null`: inviters are not named. */
  readonly nameInviter: NameInviter | null;
  readonly keyring: Keyring;
  readonly attempts: Attempts;
  readonly rateLimiter: RateLimiter;
  readonly background: Background;
  readonly events: EventSink;
  readonly refuse: Refuse;
  /** True: every refusal reads the same, so none may take longer than the refusal of an unknown code. */
  readonly uniform: boolean;
}

type Plan = Pick<CodeQuestion, 'flow' | 'enrollmentId' | 'email' | 'vouched' | 'tenant'> & {
  readonly acceptance?: InvitationRef['acceptance'];
};
type Question = Pick<CodeQuestion, 'flow' | 'enrollmentId' | 'email' | 'vouched' | 'tenant' | 'account'>;

interface Found {
  readonly snapshot: InvitationSnapshot | null;
  /** Where an existing account asks. */
  readonly acceptance: InvitationRef['acceptance'];
  /** True where the account that asks has a seat already. */
  readonly isUsed: boolean;
}

/** Checks codes and invitations. Writes counters and references, and reservations when an invitation has them. */
export function createGate(parts: GateParts): InvitationGate {
  const { store, lookUp, inviters, nameInviter, keyring, attempts, rateLimiter, background, refuse, uniform } = parts;

  return Object.freeze<InvitationGate>({
    async validate(question) {
      const { code, proof, address, attempt: countedAs, reserve = false } = question;
      const typed = readTyped(code.reveal());
      // A text that cannot be a code is no guess: it is neither counted nor looked up.
      if (typed.type === 'typo') return { ok: false, message: message('invitation.typo'), reference: '' };
      if (typed.type === 'unreadable') return { ok: false, message: message('invitation.unreadable'), reference: '' };

      const ids = [typed.code, ...typed.others].flatMap((one) => invitationIds(keyring, one));
      const attempt = { address, enrollmentId: countedAs ?? question.enrollmentId };
      const counting = attempts.consume(attempt);
      const giveBack = (): Promise<void> => counting.then(() => attempts.reward(attempt));
      try {
        const verdict = await assess(counting, ids, question, { address, reserve, proof });
        if (verdict.ok || isOfRightCode(verdict.message)) background.run('giving an attempt back', giveBack());
        return verdict;
      } catch (error) {
        // The caller did not learn whether the code was right, so this does not count as a guess.
        // A failure to reward it is already reported.
        background.run(
          'giving an attempt back',
          giveBack().catch(() => undefined),
        );
        throw error;
      }
    },

    async revalidate(invitation: InvitationRef, plan: Plan): Promise<GateVerdict> {
      const own = acceptedIn(plan, invitation.acceptance);
      const [snapshot = null] = await store.read([invitation.id], own.enrollmentId);
      return judge(snapshot, own, true);
    },

    async addressOf({ code, proof }) {
      const typed = readTyped(code.reveal());
      if (typed.type !== 'code') return null;
      const { snapshot } = await firstOf(store.read(invitationIds(keyring, typed.code)));
      return snapshot === null ? null : provedAddress(keyring, snapshot.record, proof);
    },

    async terms({ id }) {
      const [snapshot] = await store.read([id]);
      if (!snapshot) return null;
      const { label, data } = snapshot.record;
      // A copy: what a policy does with it changes no record of a store in memory.
      return freezeDeep({ id, label, data: mergeDeep({}, data) });
    },

    async releaseReservation(invitation, enrollmentId, address) {
      const { id, acceptance } = invitation;
      if (!(await store.releaseReservation(id, acceptance?.enrollmentId ?? enrollmentId))) return;
      const [snapshot] = await store.read([id]);
      if (snapshot) await uncountReservation(rateLimiter, snapshot.record, address);
    },
  });

  async function assess(
    counting: Promise<LimitAnswer>,
    ids: readonly string[],
    asked: Question,
    { address, reserve, proof }: Pick<CodeQuestion, 'address' | 'proof'> & { readonly reserve: boolean },
  ): Promise<GateVerdict> {
    // Counting and lookup are sent together; the result of the lookup is ignored once a limit is exceeded.
    const { account, ...own } = asked;
    const [counted, found] = await Promise.all([
      counting,
      account === undefined ? firstOf(store.read(ids, asked.enrollmentId)) : findFor(account, ids),
    ]);
    if (counted.over) return throttled(counted.retryAfterSeconds);
    const { snapshot, acceptance, isUsed } = found;
    if (snapshot !== null && isUsed) {
      const { id, version, label, data, redirect } = snapshot.record;
      const invitation = { id, version, ...(acceptance === undefined ? {} : { acceptance }) };
      return { ok: false, ...refuse('already_accepted', id, true), accepted: { invitation, label, data, redirect } };
    }
    const plan = acceptedIn(own, acceptance);
    const verdict = await judge(snapshot, plan, false);
    if (!verdict.ok || snapshot === null) return verdict;
    const { record } = snapshot;
    const accepted =
      reserve && record.reservationSeconds !== null ? await kept(snapshot, plan, address, verdict) : verdict;
    if (!accepted.ok) return accepted;
    // Only a person whose code is accepted learns who invited.
    const inviter = nameInviter === null ? null : await nameInviter(record);
    return { ...accepted, inviter, proved: proof === undefined ? null : provedAddress(keyring, record, proof) };
  }

  async function firstOf(reading: ReturnType<InvitationStore['read']>): Promise<Found> {
    return { snapshot: (await reading).find((one) => one !== null) ?? null, acceptance: undefined, isUsed: false };
  }

  /** What `account` would accept. As many lookups for an unknown code as for a right one. */
  async function findFor(account: string, ids: readonly string[]): Promise<Found> {
    const [{ snapshot: first }, origin] = await Promise.all([firstOf(store.read(ids)), store.originOf(account)]);
    const { id, keyId } = first?.record ?? { id: ids[0] ?? '', keyId: '' };
    const enrollmentId = acceptanceId(keyring, { id, keyId }, account);
    const [snapshot = null] = await store.read([id], enrollmentId);
    const isUsed = snapshot?.own === 'redeemed' || origin?.id === id;
    return { snapshot, acceptance: { account, enrollmentId }, isUsed };
  }

  async function kept(
    snapshot: InvitationSnapshot,
    plan: Plan,
    address: string,
    verdict: GateVerdict,
  ): Promise<GateVerdict> {
    const { id } = snapshot.record;
    const person = personOf(keyring, plan.email);
    const answer: Kept = await reserve(parts, snapshot, { plan: plan.enrollmentId, person, address });
    if (answer.type === 'kept')
      return verdict.ok && answer.seconds !== null ? { ...verdict, reservedSeconds: answer.seconds } : verdict;
    return answer.type === 'throttled'
      ? throttled(answer.retryAfterSeconds, 'invitation.too_many_held')
      : { ok: false, ...refuse(answer.cause, id, false) };
  }

  async function judge(snapshot: InvitationSnapshot | null, plan: Plan, accepted: boolean): Promise<GateVerdict> {
    if (snapshot === null) return { ok: false, ...refuse('unknown', null, accepted) };
    const { record } = snapshot;
    // All that an existing account has is known: one without an address cannot type one later.
    const isKnown = plan.email !== null || plan.acceptance !== undefined;
    const ineligible = await ineligibilityReason(record, plan, inviters, isKnown);
    if (ineligible !== null) {
      const bound = ineligible === 'other_email' ? await boundToTell(snapshot, plan) : null;
      // Its owner cannot correct the address on this page, but can use another account.
      const told = accepted || (plan.acceptance !== undefined && ineligible === 'other_email');
      return { ok: false, ...refuse(ineligible, record.id, told), ...(bound === null ? {} : { bound }) };
    }
    const state = stateOf(snapshot, lookUp !== null);
    if (state !== 'open' && !(await isOwn(snapshot, state, plan.enrollmentId, accepted)))
      return { ok: false, ...refuse(state, record.id, accepted) };
    const { id, version, label, data, redirect } = record;
    const { acceptance } = plan;
    const invitation: InvitationRef = acceptance === undefined ? { id, version } : { id, version, acceptance };
    return { ok: true, invitation, label, inviter: null, email: boundAddress(record), proved: null, data, redirect };
  }

  // A client with the code and a wrong account can correct that, if only the address does not match.
  async function boundToTell(snapshot: InvitationSnapshot, plan: Plan): Promise<string | null> {
    if (uniform || plan.vouched === undefined || stateOf(snapshot, lookUp !== null) !== 'open') return null;
    const anyAddress: Plan = { ...plan, vouched: { ...plan.vouched, policy: 'off' } };
    const other = await ineligibilityReason(snapshot.record, anyAddress, inviters, plan.email !== null);
    return other === null ? snapshot.record.bound : null;
  }

  // What refuses others must not refuse the very enrollment that has the seat.
  async function isOwn(
    snapshot: InvitationSnapshot,
    state: InvitationState,
    enrollmentId: string,
    accepted: boolean,
  ): Promise<boolean> {
    if (snapshot.own === 'redeemed' || (snapshot.own === 'claimed' && (state === 'held' || state === 'used_up')))
      return true;
    if (lookUp === null || state === 'not_yet') return false;
    // A refusal that reads like an unknown code must not take longer than one, which is not looked up in the user
    // store.
    if (!accepted && (uniform || state === 'revoked' || state === 'declined')) return false;
    const row = await lookUp({ enrollmentId });
    return row !== null && row.invitation_id === snapshot.record.id;
  }
}

/** A plan whose seat is that of an existing account. */
function acceptedIn(plan: Plan, acceptance: InvitationRef['acceptance']): Plan {
  return acceptance === undefined ? plan : { ...plan, acceptance, enrollmentId: acceptance.enrollmentId };
}

function throttled(
  retryAfterSeconds: number,
  id: 'invitation.throttled' | 'invitation.too_many_held' = 'invitation.throttled',
): GateVerdict {
  return { ok: false, message: throttledMessage(retryAfterSeconds, id), reference: '', retryAfterSeconds };
}
