import type { MailStatus } from '../ports/mail-queue.js';
import type { MailRecord } from '../ports/mail-records.js';

/** A record as it is listed. */
export function statusOf(record: MailRecord): MailStatus {
  const { id, kind, about, tenant, inviter, hint, state, attempts, queuedAt, changedAt, failure } = record;
  return { id, kind, about, tenant, inviter, hint, state, attempts, queuedAt, changedAt, failure };
}
