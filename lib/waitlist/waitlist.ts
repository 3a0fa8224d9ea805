import type { WaitlistEntry, WaitlistIntake, WaitlistQuery, WaitlistState } from '../ports/waitlist-store.js';
import { ask, wrongCall, type Asked, type WaitlistAsk } from './ask.js';
import { callSettings as check } from './call-settings.js';
import { reconcileConversions } from './conversions.js';
import { approve, refuse, type WaitlistDecision } from './decide.js';
import { lines, type LinesQuery } from './lines.js';
import type { InvitationTerms, WaitlistParts } from './parts.js';
import { remove, type WaitlistRemoval } from './remove.js';
import type { WaitlistReport } from './report.js';
import { resend, type Resending } from './resend.js';
import type { Selection } from './select.js';
import { createWaitlistIntake } from './waitlist-intake.js';

/** The waitlist for administrators. */
export interface Waitlist {
  /** Adds a person to the list. No rate limit: the app's own code calls it. */
  ask(request: WaitlistAsk): Promise<Asked>;
  /** Oldest first, 50 by default and 1,000 at most. `after` is the `place` of the last entry of the previous page. */
  list(query?: WaitlistQuery & { readonly limit?: number; readonly after?: number }): Promise<readonly WaitlistEntry[]>;
  count(query?: Pick<WaitlistQuery, 'tenant'>): Promise<Readonly<Record<WaitlistState, number>>>;
  /** Invites: one invitation per entry, bound to its address, sent by the option `sendInvitation`. */
  approve(selection: Selection, invitation?: InvitationTerms, decision?: WaitlistDecision): Promise<WaitlistReport>;
  resend(selection: Selection, how?: Resending): Promise<WaitlistReport>;
  refuse(selection: Selection, decision?: WaitlistDecision): Promise<WaitlistReport>;
  /** Erases a person and revokes what was sent. */
  remove(email: string, of?: { readonly tenant?: string }): Promise<WaitlistRemoval>;
  /** The list as CSV, line by line. */
  lines(query?: LinesQuery): AsyncIterable<string>;
  /**
   * Marks persons who joined without being recorded, e.g. because a process died right after the account was written, and
   * records what became of mails of the kit where that was missed. Returns how many entries it corrected.
   */
  reconcile(): Promise<number>;
}

const mostListed = 1000;

export function createWaitlist(parts: WaitlistParts): Waitlist & { readonly intake: WaitlistIntake } {
  const { store } = parts;
  return Object.freeze({
    intake: createWaitlistIntake(parts),
    async ask(request: WaitlistAsk) {
      check.ask(request);
      return ask(parts, request);
    },
    async list(given: WaitlistQuery & { readonly limit?: number; readonly after?: number } = {}) {
      check.list(given);
      const { limit = 50, after = 0, ...query } = given;
      const issues = [
        ...(Number.isInteger(limit) && limit >= 1 && limit <= mostListed
          ? []
          : [`"limit" must be a whole number from 1 to ${mostListed}`]),
        ...(Number.isSafeInteger(after) && after >= 0 ? [] : ['"after" must be the place of an entry']),
      ];
      if (issues.length > 0) throw wrongCall(issues);
      return store.list({ ...query, limit, after });
    },
    async count(query: Pick<WaitlistQuery, 'tenant'> = {}) {
      check.count(query);
      return store.count(query);
    },
    async approve(selection: Selection, invitation: InvitationTerms = {}, decision: WaitlistDecision = {}) {
      check.approve(selection, invitation, decision);
      return approve(parts, selection, invitation, decision);
    },
    async resend(selection: Selection, how: Resending = {}) {
      check.resend(selection, how);
      return resend(parts, selection, how);
    },
    async refuse(selection: Selection, decision: WaitlistDecision = {}) {
      check.refuse(selection, decision);
      return refuse(parts, selection, decision);
    },
    async remove(email: string, of: { readonly tenant?: string } = {}) {
      check.remove(email, of);
      return remove(parts, email, of.tenant);
    },
    lines(query: LinesQuery = {}) {
      check.lines(query);
      return lines(store, query);
    },
    reconcile: () => reconcileConversions(parts),
  });
}
