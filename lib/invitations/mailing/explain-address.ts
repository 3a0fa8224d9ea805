import { canonicalEmail } from '../../base/canonical.js';
import { everyPage } from '../../base/paging.js';
import type { InvitationSnapshot } from '../../ports/invitation-store.js';
import type { MailSuppression } from '../../ports/mail-suppressions.js';
import type { MailStatus } from '../../ports/mail-queue.js';
import { stateOf, summaryOf, type InvitationState, type InvitationSummary } from '../access/eligibility.js';
import type { MailingParts } from './mailing.js';
import { mailIdOf } from './order-mail.js';

/** What is known about an address, for support: "my code does not work". */
export interface ExplainedAddress {
  /** Whether it has an account; `null`: unknown. */
  readonly isMember: boolean | null;
  /** Since when it gets no more invitations by email, and by whose wish; `null`: it gets them. */
  readonly suppressed: MailSuppression | null;
  /** The invitations that are bound to it, the newest first; at most 50. */
  readonly invitations: readonly InvitationSummary[];
  /** Their mails, the newest first; at most 50. */
  readonly mails: readonly MailStatus[];
}

/** What an address is told about first: an account, and then what is closest to working. */
const order: readonly InvitationState[] = ['open', 'held', 'not_yet', 'used_up', 'declined', 'expired', 'revoked'];
const most = 50;
const pageSize = 200;
const mostRead = 1000;

/** The cause for an address, and all that is known about it; `null` for a text that is no address. */
export async function explainAddress(
  parts: MailingParts,
  typed: string,
): Promise<{
  readonly cause: InvitationState | 'member' | 'not_invited';
  readonly invitation: InvitationSummary | null;
  readonly address: ExplainedAddress;
} | null> {
  const email = typed.includes('@') ? canonicalEmail(typed) : null;
  if (email === null) return null;
  const { tenant, mailing } = parts;
  const [found, isMember, suppressed] = await Promise.all([
    boundTo(parts, email),
    parts.isMember?.(email) ?? null,
    mailing.queue === null ? null : mailing.suppressions.find({ email, tenant }),
  ]);
  const sorted = found.toSorted((a, b) => b.record.createdAt - a.record.createdAt).slice(0, most);
  const best = order.flatMap((state) => sorted.filter((one) => stateOf(one, parts.settles) === state))[0] ?? null;
  const address = {
    isMember,
    suppressed,
    invitations: sorted.map((one) => summaryOf(one, parts.settles)),
    mails: await mailsOf(parts, sorted),
  };
  const cause = isMember === true ? 'member' : best === null ? 'not_invited' : stateOf(best, parts.settles);
  return { cause, invitation: best === null ? null : summaryOf(best, parts.settles), address };
}

async function boundTo({ store, tenant }: MailingParts, email: string): Promise<readonly InvitationSnapshot[]> {
  const found: InvitationSnapshot[] = [];
  const query = { search: email, limit: pageSize, ...(tenant === undefined ? {} : { tenant }) };
  let read = 0;
  for await (const page of everyPage((cursor) => store.list({ ...query, ...cursor }))) {
    found.push(...page.snapshots.filter(({ record }) => record.bound === email));
    read += pageSize;
    if (read >= mostRead) break;
  }
  return found;
}

async function mailsOf(
  { mailing: { queue } }: MailingParts,
  snapshots: readonly InvitationSnapshot[],
): Promise<readonly MailStatus[]> {
  const ids = snapshots
    .flatMap(({ record: { id, mail } }) =>
      Array.from({ length: mail?.ordered ?? 0 }, (_, at) => mailIdOf(id, at + 1)).toReversed(),
    )
    .slice(0, most);
  if (queue === null || ids.length === 0) return [];
  return (await queue.status(ids)).filter((status) => status !== null);
}
