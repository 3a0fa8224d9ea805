import { digest128 } from '../base/ids.js';
import { message } from '../base/message.js';
import { defineSilentStage } from '../flow/define-stage.js';
import { prepareNewPassword } from './announce-change.js';

/** How long two clicks of one form can meet, in seconds. */
const meetingSeconds = 120;

/**
 * Uses the plan's ticket to set the password of its account. Other sessions of the account end, and its owner is told by
 * email, unless it is the first password and the kit mailed the link. Needs a user store with `update` and `passwordHash`.
 */
export const ticketPasswordWrite = defineSilentStage<object, 'password_hash'>({
  kind: 'ticket_password_write',
  hasSideEffects: true,
  requires: ['new-passwords', 'credentials', 'session-ends'],
  needs: ['ticket', 'password_hash'],
  writes: ['password_hash'],
  consumes: () => ['password', 'password_repeat'],
  async run(_settings, at) {
    const { context, facts, enrollmentId, services } = at;
    const { ticket, password_hash: own } = context;
    const { tickets, ephemeralStore, profiles } = services;
    const refusal = { type: 'denied', message: message('ticket.unknown.text') } as const;
    if (ticket === undefined || own === undefined || tickets === undefined) return refusal;
    // Two clicks have hashes of their own, and a crash is settled by the hash: one of them is written. A form with
    // another password does not write theirs, also where their process died.
    const key = `ticket-password:${digest128(JSON.stringify([ticket.id, enrollmentId, at.formMark?.() ?? '']))}`;
    const passwordHash = await ephemeralStore.setIfAbsent(key, own, meetingSeconds);
    const secondFactor = context.second_factor === ticket.user;
    const hadPassword = (await profiles.passwordHashes(ticket.user, 0))[0] !== undefined;
    // The mailbox that the kit sent the link to knows of a first password.
    const kind = hadPassword ? 'password_changed' : ticket.mailed ? null : 'password_set';
    const sendNotice = kind === null ? null : await prepareNewPassword(at, ticket.user, passwordHash, kind);
    const set = { plan: enrollmentId, passwordHash, at: facts.now, secondFactor };
    const use = await tickets.setPassword(ticket, set).catch(async (error: unknown) => {
      // Nothing was written: the next form sets its own password.
      await ephemeralStore.take(key).catch(() => undefined);
      throw error;
    });
    if (use.type === 'refused') return { ...refusal, ticket: use.refused };
    // The other click, or another form of this plan, has written it and has its own answer; this one is no evidence.
    if (use.type === 'used_before' || passwordHash !== own)
      return { type: 'written_before', sameDetails: true, recently: use.type === 'done' || use.recently };
    if (use.before === hadPassword) sendNotice?.();
    return {
      type: 'completed',
      remove: ['password_hash'],
      endSessions: ticket.user,
      evidence: { type: 'stage_verified', user: ticket.user },
    };
  },
});
