import type { EventSink } from '../../ports/events.js';
import type { InvitationActor } from '../../ports/invitation-input.js';
import type { InvitationMail, InvitationRecord } from '../../ports/invitation-store.js';
import { editInvitation, findInvitation, type Reach } from '../management/find.js';
import { endInvitation } from '../management/revoke.js';
import { newestOf } from './newest.js';
import type { CeilingParts } from './outstanding.js';
import { takeBackRevocation } from './take-back-revocation.js';

type EndParts = Reach & { readonly events: EventSink };

/** What an invitation keeps for its mails, with those that it takes the place of. */
export function insteadOf(mail: InvitationMail, earlier: readonly string[]): InvitationMail {
  const { instead: _instead, ...rest } = mail;
  return earlier.length === 0 ? rest : { ...rest, instead: earlier };
}

/**
 * Ends the invitations that this one takes the place of, or the new codes that they got meanwhile; what went to another
 * address goes on. Accounts that are being written with them go on. One that has ended itself takes the place of none. Both
 * the call that ordered the mail and the one that sends it do so: where the first one dies, no mail leaves while an earlier
 * link works.
 */
export async function endEarlier(
  parts: EndParts,
  { id, bound, tenant, mail }: InvitationRecord,
  actor: InvitationActor = {},
): Promise<void> {
  for (const ended of await earlierToEnd(parts, { id, bound, tenant, mail })) await endInvitation(parts, ended, actor);
}

async function earlierToEnd(
  { store }: EndParts,
  { id, bound, tenant, mail }: Pick<InvitationRecord, 'id' | 'bound' | 'tenant' | 'mail'>,
): Promise<readonly string[]> {
  const { instead = [] } = mail ?? {};
  if (instead.length === 0) return [];
  const [own = null, ...earlier] = await store.read([id, ...instead]);
  if (own === null || own.record.revokedAt !== null) return [];
  const found: string[] = [];
  for (const one of earlier) {
    const { record } = one === null ? own : await newestOf({ store }, one);
    const isOfBoth = record.id !== id && record.bound === bound && record.tenant === tenant;
    if (isOfBoth && record.revokedAt === null) found.push(record.id);
  }
  return found;
}

/**
 * The same for an invitation that may have been ordered by an earlier call, and notes that it is done. `known`: the ids as
 * the caller has them, for stores that keep no list.
 */
export async function settleEarlier(
  parts: EndParts,
  id: string,
  actor: InvitationActor = {},
  known: readonly string[] = [],
): Promise<void> {
  const { record } = await findInvitation(parts, id);
  const { mail } = record;
  if (mail === null || (mail.instead === undefined && known.length === 0)) return;
  await endEarlier(parts, { ...record, mail: insteadOf(mail, mail.instead ?? known) }, actor);
  await noteEnded(parts, id, actor);
}

/** The same for one that nothing is sent of: all of them end, or none. */
export async function endEarlierNow(
  parts: EndParts & CeilingParts,
  record: InvitationRecord,
  actor: InvitationActor = {},
): Promise<void> {
  const ended: string[] = [];
  try {
    for (const id of await earlierToEnd(parts, record)) {
      ended.push(id);
      await endInvitation(parts, id, actor);
    }
  } catch (error) {
    for (const id of ended) await takeBackRevocation(parts, id).catch(() => undefined);
    throw error;
  }
  if (record.mail?.instead !== undefined) await noteEnded(parts, record.id, actor).catch(() => undefined);
}

async function noteEnded(parts: EndParts, id: string, { by }: InvitationActor): Promise<void> {
  await editInvitation(parts, id, { ledger: 'edited', by }, ({ record: { mail } }) =>
    mail?.instead === undefined ? null : { mail: insteadOf(mail, []) },
  );
}
