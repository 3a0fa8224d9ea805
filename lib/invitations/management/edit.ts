import { canonicalEmail } from '../../base/canonical.js';
import type { EnrollmentClock } from '../../base/clock.js';
import { ownPath, type Site } from '../../base/target.js';
import type { EventSink } from '../../ports/events.js';
import type { InvitationRecord, InvitationSnapshot, InvitationStore } from '../../ports/invitation-store.js';
import { summaryOf, type InvitationSummary } from '../access/eligibility.js';
import { flowIssues } from './create.js';
import type { DataRules } from './data-rules.js';
import { editInvitation, findInvitation } from './find.js';
import { canonicalDomain } from './input-schema.js';
import type { MailQueue } from '../../ports/mail-queue.js';
import type { InvitationActor, InvitationChange, InvitationExtension } from '../../ports/invitation-input.js';
import { changeIssues, refuseIssues } from './input.js';
import { insteadOf } from '../mailing/end-earlier.js';
import { mailIdOf } from '../mailing/order-mail.js';
import { mailedEndIssues } from '../mailing/mailed-input.js';
import { reserveRevived, type CeilingParts } from '../mailing/outstanding.js';
import { aloneForInvitation, type AddressLockParts } from '../mailing/send-lock.js';
import { fromNow, milliseconds, seconds, timeProblem } from './instants.js';

interface EditParts extends AddressLockParts, CeilingParts {
  readonly store: InvitationStore;
  readonly mailing: CeilingParts['mailing'] &
    AddressLockParts['mailing'] & {
      readonly queue: Pick<MailQueue, 'status'> | null;
    };
  readonly clock: EnrollmentClock;
  readonly events: EventSink;
  readonly site: Site;
  readonly dataRules?: DataRules | undefined;
  readonly flows?: (() => readonly string[]) | undefined;
  readonly settles: boolean;
}

/**
 * Changes an invitation. Open claims are not affected, later ones follow the change; existing accounts stay, even when
 * `uses` becomes smaller than their number.
 * @throws ERR_ENROLLMENT_INVITATION with all mistakes, in `issues`
 * @throws ERR_ENROLLMENT_UNKNOWN_INVITATION (404)
 * @throws ERR_ENROLLMENT_INVITATION_LIMIT (429) for a mailed one that is over and would be valid again, above a ceiling
 * @throws ERR_ENROLLMENT_NOT_REISSUED (409) for such a one whose address has a newer one
 */
export function editedInvitation(
  parts: EditParts,
  id: string,
  change: InvitationChange,
  actor: InvitationActor = {},
): Promise<InvitationSummary> {
  return applyChange(parts, id, change, 'edited', actor);
}

/** The same for how often and how long the invitation can be used. */
export function extendInvitation(
  parts: EditParts,
  id: string,
  { uses, expires }: InvitationExtension,
  actor: InvitationActor = {},
): Promise<InvitationSummary> {
  const change = { ...(uses === undefined ? {} : { uses }), ...(expires === undefined ? {} : { expires }) };
  return applyChange(parts, id, change, 'extended', actor);
}

async function applyChange(
  parts: EditParts,
  id: string,
  given: InvitationChange,
  ledger: 'edited' | 'extended',
  { by }: InvitationActor,
): Promise<InvitationSummary> {
  const change = fromNow(given, parts.clock.now());
  // Its mail may have been stored by a call that could not count it.
  const mayMove = change.email !== undefined || change.domain !== undefined;
  const [mail = null] = mayMove ? ((await parts.mailing.queue?.status([mailIdOf(id, 1)])) ?? []) : [];
  const checked = ({ record }: InvitationSnapshot): Partial<InvitationRecord> => {
    refuseIssues([
      ...changeIssues(change, record, parts.site, parts.dataRules),
      ...flowIssues(parts, change),
      ...movedIssues(record, change, mail !== null),
      ...(record.mail === null || change.expires === undefined || isWrong(change.expires)
        ? []
        : mailedEndIssues(parts, milliseconds(change.expires))),
    ]);
    return changed(record, change, parts.site);
  };
  if (!mayRevive(change)) await editInvitation(parts, id, { ledger, by }, checked);
  else
    await aloneForInvitation(
      parts,
      id,
      async (present, confirm) => {
        if (present.record.mail !== null) await reserveRevived(parts, present, checked(present));
        await confirm();
        await editInvitation(parts, id, { ledger, by }, checked);
      },
      ({ bound }) => boundAfter(bound, change),
    );
  parts.events({ type: 'invitation.edited', id, fields: Object.keys(change), by: by ?? null });
  return summaryOf(await findInvitation(parts, id), parts.settles);
}

/** What makes one valid that is over, or valid for another address. */
function mayRevive({ uses, expires, email, domain, flow }: InvitationChange): boolean {
  return [uses, expires, email, domain, flow].some((given) => given !== undefined);
}

function changed(record: InvitationRecord, change: InvitationChange, site: Site): Partial<InvitationRecord> {
  const { uses, expires, notBefore, data, label, note, flow, redirect, reserve, onePerPerson } = change;
  const bound = boundAfter(record.bound, change);
  const isMoved = bound !== record.bound || (flow !== undefined && flow !== record.flow);
  return {
    // It takes the place of none at another address, or in another flow.
    ...(isMoved && record.mail !== null ? { mail: insteadOf(record.mail, []) } : {}),
    max: uses === undefined ? record.max : uses === 'unlimited' ? null : uses,
    expires: expires === undefined ? record.expires : milliseconds(expires),
    notBefore: notBefore === undefined ? record.notBefore : milliseconds(notBefore),
    bound,
    data: data === undefined ? record.data : structuredClone(data),
    label: label ?? record.label,
    note: note ?? record.note,
    flow: flow === undefined ? record.flow : flow,
    redirect: redirect === undefined ? record.redirect : redirect === null ? null : ownPath(site, redirect),
    reservationSeconds: reserve === undefined ? record.reservationSeconds : seconds(reserve),
    onePerPerson: onePerPerson ?? record.onePerPerson,
  };
}

/** The mailbox that a code was mailed to keeps it, and its page names the person's address. */
function movedIssues(record: InvitationRecord, change: InvitationChange, isStored: boolean): readonly string[] {
  const isMailed = isStored || (record.mail !== null && record.mail.ordered > 0);
  if (!isMailed || boundAfter(record.bound, change) === record.bound) return [];
  const field = change.domain === undefined ? 'email' : 'domain';
  return [
    `"${field}" stays: the code was mailed to the present address. resend(id, { mode: 'rotate', email }) mails a new one to another address, and ends this one`,
  ];
}

/** Setting one of the two replaces the other; clearing the one that is not set changes nothing. */
function boundAfter(bound: string | null, { email, domain }: InvitationChange): string | null {
  if (typeof email === 'string') return canonicalEmail(email);
  if (typeof domain === 'string') return canonicalDomain(domain);
  const toDomain = bound?.startsWith('@') ?? false;
  return (toDomain ? domain : email) === null ? null : bound;
}

/** A wrong time has its own sentence. */
function isWrong(expires: InvitationChange['expires']): boolean {
  return expires !== null && timeProblem(expires) !== null;
}
