import type { InvitationRecord, InvitationSnapshot, OutstandingCeilings } from '../ports/invitation-store.js';

/** One count that an invitation belongs to: of its tenant, or of its inviter or address within the tenant. */
export interface OutstandingCount {
  readonly ceiling: keyof OutstandingCeilings;
  readonly tenant: string | null;
  /** The inviter or the address; empty for the tenant's own. */
  readonly name: string;
}

/** The counts of a mailed invitation, the tenant's first; none for one that is not mailed. */
export function outstandingCounts({ mail, tenant, inviter, bound }: InvitationRecord): readonly OutstandingCount[] {
  if (mail === null) return [];
  return [
    { ceiling: 'perTenant', tenant, name: '' },
    ...(inviter === null ? [] : [{ ceiling: 'perInviter', tenant, name: inviter } as const]),
    ...(bound === null ? [] : [{ ceiling: 'perRecipient', tenant, name: bound } as const]),
  ];
}

/** Whether another count is this one. */
export function isCount({ ceiling, tenant, name }: OutstandingCount): (other: OutstandingCount) => boolean {
  return (other) => other.ceiling === ceiling && other.tenant === tenant && other.name === name;
}

/** True while a mailed invitation may still be used. */
export function isOutstanding({ record, redeemed, now }: InvitationSnapshot): boolean {
  const { mail, revokedAt, expires, max } = record;
  return mail !== null && revokedAt === null && (expires === null || now < expires) && (max === null || redeemed < max);
}
