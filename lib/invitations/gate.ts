import type { Keyring } from '../base/keyring.js';
import { message } from '../base/message.js';
import type { Attempts } from '../ports/attempts.js';
import type { CodeQuestion, GateVerdict, InvitationGate, InvitationRef } from '../ports/invitation-gate.js';
import type { InvitationStore, Standing } from '../ports/invitation-store.js';
import type { Background } from './background.js';
import { invitationIds } from './invitation-id.js';
import type { LookUp } from './look-up.js';
import { boundAddress, fitsEmail, fitsFlow } from './match.js';
import { throttledMessage } from './refusal.js';
import type { Refuse } from './refusals.js';
import { stateOf, type InvitationState } from './state.js';
import { readTyped } from './typed-code.js';

export interface GateParts {
  readonly store: InvitationStore;
  readonly lookUp: LookUp | null;
  readonly keyring: Keyring;
  readonly attempts: Attempts;
  readonly background: Background;
  readonly refuse: Refuse;
}

type Plan = Pick<CodeQuestion, 'flow' | 'enrollmentId' | 'email'>;

/** What a gate asks about a code or an invitation. It reads; the only things it writes are counts and references. */
export function createGate({ store, lookUp, keyring, attempts, background, refuse }: GateParts): InvitationGate {
  return Object.freeze({
    async validate({ code, address, ...plan }: CodeQuestion): Promise<GateVerdict> {
      const typed = readTyped(code.reveal());
      if (typed.is === 'typo') return { ok: false, message: message('invitation.typo'), reference: '' };

      const ids = typed.is === 'code' ? invitationIds(keyring, typed.code) : [];
      const attempt = { address, enrollmentId: plan.enrollmentId };
      // Counting and looking up leave together; what was found is not looked at once a limit is passed.
      const [counted, found] = await Promise.all([attempts.count(attempt), store.read(ids, plan.enrollmentId)]);
      if (counted.over) {
        const { retryAfterSeconds } = counted;
        return { ok: false, message: throttledMessage(retryAfterSeconds), reference: '', retryAfterSeconds };
      }
      const verdict = await judge(found.find((standing) => standing !== null) ?? null, plan, false);
      if (verdict.ok) background.run('giving an attempt back', attempts.refund(attempt));
      return verdict;
    },

    async holds(invitation: InvitationRef, plan: Plan): Promise<GateVerdict> {
      const [standing = null] = await store.read([invitation.id], plan.enrollmentId);
      return judge(standing, plan, true);
    },
  });

  async function judge(standing: Standing | null, plan: Plan, accepted: boolean): Promise<GateVerdict> {
    if (standing === null) return { ok: false, ...refuse('unknown', null, accepted) };
    const { record } = standing;
    if (!fitsFlow(record, plan.flow)) return { ok: false, ...refuse('other_flow', record.id, accepted) };
    if (plan.email !== null && !fitsEmail(record, plan.email))
      return { ok: false, ...refuse('other_email', record.id, accepted) };
    const state = stateOf(standing, lookUp !== null);
    if (state !== 'open' && !(await isOwn(standing, state, plan.enrollmentId)))
      return { ok: false, ...refuse(state, record.id, accepted) };
    const { id, version, data, redirect } = record;
    return { ok: true, invitation: { id, version }, email: boundAddress(record), data, redirect };
  }

  // What keeps others out must not keep out the very enrollment that has the place.
  async function isOwn(standing: Standing, state: InvitationState, enrollmentId: string): Promise<boolean> {
    if (standing.own === 'redeemed' || (standing.own === 'claimed' && (state === 'held' || state === 'used_up')))
      return true;
    if (lookUp === null || state === 'not_yet') return false;
    const row = await lookUp({ enrollmentId });
    return row !== null && row.invitation_id === standing.record.id;
  }
}
