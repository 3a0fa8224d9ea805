import { canonicalEmail } from '../base/canonical.js';
import type { InvitationRecord } from '../ports/invitation-store.js';

/** True when the invitation may be used in `flow` (`null`: outside flows). */
export function fitsFlow(record: InvitationRecord, flow: string | null): boolean {
  return record.flow === null || record.flow === flow;
}

/** True when the invitation belongs to `tenant`; where the app has no tenants (`undefined`), every one does. */
export function fitsTenant(record: InvitationRecord, tenant: string | null | undefined): boolean {
  return tenant === undefined || record.tenant === tenant;
}

/** True when `email` is the address, or of the domain, that the invitation is bound to. Both sides are canonical. */
export function fitsEmail(record: InvitationRecord, email: string | null): boolean {
  if (record.bound === null) return true;
  const canonical = email === null ? null : canonicalEmail(email);
  if (canonical === null) return false;
  return record.bound.startsWith('@')
    ? canonical.slice(canonical.lastIndexOf('@')) === record.bound
    : canonical === record.bound;
}

/** The one address the invitation is for, or `null`. */
export function boundAddress(record: InvitationRecord): string | null {
  return record.bound === null || record.bound.startsWith('@') ? null : record.bound;
}
