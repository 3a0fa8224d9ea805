import { isAcceptance } from '../base/acceptance-id.js';
import type { MailSuppression } from '../ports/mail-suppressions.js';
import type { InvitationSummary } from '../invitations/access/eligibility.js';
import type { ExplainedAddress } from '../invitations/mailing/explain-address.js';
import type { LedgerEntry, InvitationSeat } from '../ports/invitation-store.js';
import { shown } from './invitation-id.js';
import type { Output } from './output.js';
import type { Painted } from './table.js';

/** A table of invitations, one line each. Cells are cut to one line on a terminal; a pipe gets them whole. */
export function invitationTable(output: Output, items: readonly InvitationSummary[]): string {
  return output.table(
    ['id', 'state', 'used', 'expires', 'for', 'label'],
    items.map((it) => [
      output.watched ? it.id.slice(0, shown) : it.id,
      stateText(output, it.state),
      usedText(it),
      it.expires === null ? 'never' : instantText(it.expires),
      it.bound,
      it.label,
    ]),
    ['for', 'label'],
  );
}

/** All details of one invitation. */
export function invitationRecord(output: Output, it: InvitationSummary): string {
  return output.record([
    ['id', it.id],
    ['state', stateText(output, it.state)],
    ['code ends with', it.hint],
    ['label', it.label],
    ['used', usedText(it)],
    ['reserved', it.held],
    ['being written', it.lapsed > 0 ? `${String(it.claimed)}, of which ${String(it.lapsed)} unknown` : it.claimed],
    ['not before', instantText(it.notBefore)],
    ['expires', it.expires === null ? 'never' : instantText(it.expires)],
    ['for', it.bound ?? 'anybody'],
    ['flow', it.flow ?? 'every flow'],
    ['holds', it.reservationSeconds === null ? null : `${String(it.reservationSeconds)} s`],
    ['one per person', it.onePerPerson ? 'yes' : 'no'],
    ['tenant', it.tenant],
    ['inviter', it.inviter],
    ['creator', it.creator],
    ['mails', it.mail === null ? null : it.mail.ordered],
    ['replaces', it.replaces],
    ['replaced by', it.replacedBy],
    ['made', instantText(it.createdAt)],
    ['revoked', it.declinedAt === null ? instantText(it.revokedAt) : null],
    ['declined', instantText(it.declinedAt)],
    ['data', Object.keys(it.data).length === 0 ? null : JSON.stringify(it.data)],
    ['note', it.note],
    ['leads to', it.redirect !== null && 'path' in it.redirect ? it.redirect.path : null],
  ]);
}

/** Whether an address gets invitations by email. */
export function suppressionText(suppressed: MailSuppression | null): string {
  if (suppressed === null) return 'are sent';
  const whose = suppressed.by === 'app' ? 'by the app' : 'by their recipient';
  return `stopped ${whose}, ${instantText(suppressed.at) ?? ''}`;
}

/** What is known about an address, in parts. */
export function addressTexts(
  output: Output,
  { isMember, suppressed, invitations, mails }: ExplainedAddress,
): readonly string[] {
  return [
    output.record([
      ['account', isMember === null ? 'not known' : isMember ? 'yes' : 'no'],
      ['invitations by email', suppressionText(suppressed)],
    ]),
    invitations.length < 2 ? '' : invitationTable(output, invitations),
    mails.length === 0
      ? ''
      : output.table(
          ['mail', 'state', 'since', 'answer'],
          mails.map(({ id, state, changedAt, failure }) => [
            id,
            state,
            instantText(changedAt),
            failure === null ? null : failure.response,
          ]),
          ['answer'],
        ),
  ];
}

export function seatTable(output: Output, seats: readonly InvitationSeat[]): string {
  return output.table(
    ['seat', 'state', 'account', 'when', 'plan'],
    seats.map(({ seat, type, user, at, plan }) => [
      seat,
      type === 'redeemed' && isAcceptance(plan) ? 'accepted' : type,
      user,
      instantText(at),
      type === 'redeemed' ? null : plan,
    ]),
    ['account'],
  );
}

export function ledgerTable(output: Output, entries: readonly LedgerEntry[]): string {
  return output.table(
    ['when', 'what', 'seat', 'account', 'by'],
    entries.map(({ at, kind, seat, user, by }) => [instantText(at), kind, seat, user, by]),
    ['account', 'by'],
  );
}

/** In UTC to the minute, e.g. `2026-12-31T17:00Z`. */
export function instantText(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString().replace(/:\d{2}\.\d{3}Z$/, 'Z');
}

function usedText({ redeemed, uses }: InvitationSummary): string {
  return `${String(redeemed)}/${uses === null ? '∞' : String(uses)}`;
}

function stateText(output: Output, state: InvitationSummary['state']): Painted {
  if (state === 'open') return output.paint('green', state);
  return output.paint(state === 'held' || state === 'not_yet' ? 'yellow' : 'red', state);
}

/** The message for accounts in the database whose invitations are not in Redis. */
export function lostText({ looked, lost }: { readonly looked: number; readonly lost: number }): string {
  return `${String(lost)} of the latest ${String(looked)} accounts came by invitations that this Redis does not know: it was restarted empty or set back, or "redis" or "keyPrefix" names another one`;
}
