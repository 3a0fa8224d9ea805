import { canonicalEmail } from '../../base/canonical.js';
import type { InvitationRecord } from '../../ports/invitation-store.js';
import type { VouchedAddresses } from '../../ports/source-terms.js';

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
  return record.bound.startsWith('@') ? domainOf(canonical) === record.bound : canonical === record.bound;
}

/** True when the addresses that a source vouches for are what the invitation is bound to, as the source's policy has it. */
export function fitsVouched(record: InvitationRecord, { policy, addresses }: VouchedAddresses): boolean {
  const { bound } = record;
  if (bound === null) return true;
  switch (policy) {
    case 'strict':
      return fitsEmail(record, addresses[0] ?? null);
    case 'verified-any':
      return addresses.some((address) => fitsEmail(record, address));
    case 'domain':
      return addresses.some((address) => fitsEmail({ ...record, bound: domainOf(bound) }, address));
    case 'notify':
    case 'off':
      return true;
  }
}

/** True where the invitation is taken although it is bound to another address, and somebody is to be told. */
export function isToBeTold(record: InvitationRecord, vouched: VouchedAddresses | undefined): boolean {
  return vouched?.policy === 'notify' && !fitsVouched(record, { ...vouched, policy: 'strict' });
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@'));
}

/** The one address the invitation is for, or `null`. */
export function boundAddress(record: InvitationRecord): string | null {
  return record.bound === null || record.bound.startsWith('@') ? null : record.bound;
}
