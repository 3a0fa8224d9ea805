import type { Background } from '../base/background.js';
import { isMailStored } from '../base/is-mail-stored.js';
import { onceForClicks } from '../base/once-for-clicks.js';
import type { EnrollmentClock } from '../base/clock.js';
import type { Secret } from '../base/secret.js';
import type { EphemeralStore } from '../ports/ephemeral-store.js';
import type { MailSends } from '../ports/limits.js';
import type { TicketGate } from '../ports/ticket-gate.js';
import type { TicketRecord } from '../ports/ticket-store.js';
import type { IssuedTicket, TicketLinkUrl } from './create-ticket.js';
import { accountOf, changeOf, examineTicket, type FindParts } from './find-ticket.js';
import { letterToInviter, mailTicket, type MailTicketParts } from './mail-ticket.js';
import { mostRenewals, renewalsOf, rootOf } from './renewals.js';
import { readSettled } from './settle-ticket.js';
import { contentOf, type TicketContent } from './ticket-content.js';
import { linkText, mailProof, markOf, newTicketSecret, publicId, refsOfLink, subjectsOf } from './ticket-keys.js';

interface RenewParts<User> extends FindParts<User>, MailTicketParts<User> {
  readonly background: Background;
  readonly clock: EnrollmentClock;
  readonly ephemeralStore: EphemeralStore;
  readonly sends: Pick<MailSends, 'consumeAddress'>;
  readonly linkUrl: TicketLinkUrl;
}

/**
 * Sends a fresh ticket to the mailbox that the one of this link was for: one that the kit mailed, or that the caller
 * declared to have mailed. The answer does not wait for any of it, so that it tells nothing.
 */
export function renewTicket<User>(
  parts: RenewParts<User>,
  token: Secret,
  request: Parameters<TicketGate['renew']>[1],
): Promise<void> {
  const { background, ephemeralStore } = parts;
  const form = JSON.stringify(['fresh ticket', request.form, token.reveal()]);
  const sending = onceForClicks(ephemeralStore, form, () => renew(parts, token, request));
  background.run('sending a fresh ticket', sending);
  return Promise.resolve();
}

async function renew<User>(
  parts: RenewParts<User>,
  token: Secret,
  { client }: Parameters<TicketGate['renew']>[1],
): Promise<void> {
  const { keyring, clock, sends } = parts;
  const snapshot = await readSettled(parts, refsOfLink(keyring, token));
  const found = snapshot === null ? null : await examineTicket(parts, snapshot, null, { plan: null, mailed: true });
  const content = snapshot === null ? null : contentOf(snapshot.record.content);
  if (snapshot === null || content === null || found?.type !== 'refused' || !found.refused.renewable) return;
  const account = await accountOf(parts, content);
  const { record } = snapshot;
  if (account === null || account.address === null || changeOf(parts, record.purpose, content, account) !== null)
    return;
  const renewals = await renewalsOf(parts, record, content);
  if (renewals === null || renewals >= mostRenewals) return;
  const digest = markOf(keyring, 'address', 'mailbox', account.address);
  if ((await sends.consumeAddress({ digest, client, isKnown: false })).over) return;
  const issued = await issueAgain(parts, record, { ...content, renewals }, clock.now());
  if (issued === null) return;
  // It may have been ended, or renewed by others, at the same time.
  const after = await renewalsOf(parts, record, content);
  if (after === null || after > mostRenewals) {
    await parts.store.end(issued.record.subject, 'revoked', { ids: [issued.record.id] });
    return;
  }
  try {
    const told = await letterToInviter(parts, issued, async (inviter) => {
      const mailbox = markOf(keyring, 'address', 'inviter', inviter);
      return !(await sends.consumeAddress({ digest: mailbox, client, isKnown: false })).over;
    });
    await mailTicket(parts, issued, account.address, told);
  } catch (error) {
    // Its link was given to no one.
    if (!(await isMailStored(parts.mails, issued.content.mail)))
      await parts.store.end(issued.record.subject, 'revoked', { ids: [issued.record.id] });
    throw error;
  }
}

/**
 * The same ticket with another secret, valid for as long as the first one was. It ends no other: anybody who has a dead
 * link could end a good one. `null`: the account has as many open ones as are kept.
 */
async function issueAgain<User>(
  parts: RenewParts<User>,
  first: TicketRecord,
  before: TicketContent,
  now: number,
): Promise<IssuedTicket | null> {
  const { store, keyring, linkUrl } = parts;
  const { purpose, createdAt, expires } = first;
  const [subject = ''] = subjectsOf(keyring, before.user);
  const { secret, id } = newTicketSecret(keyring);
  const ref = { subject, id };
  const renewals = before.renewals + 1;
  const mail = `ticket:${publicId(ref)}:${String(renewals + 1)}`;
  const content = { ...before, by_kit: true, ends_earlier: false, root: rootOf(first, before), renewals, mail };
  const record = { ...ref, purpose, createdAt: now, expires: now + (expires - createdAt), content };
  if ((await store.create(record, false)) !== 'created') return null;
  const url = linkUrl(before.flow, linkText(subject, secret));
  return {
    created: { url, id: publicId(ref), expiresAt: record.expires, mail },
    mailUrl: linkUrl(before.flow, linkText(subject, secret), mailProof(keyring, secret)),
    record,
    content,
  };
}
