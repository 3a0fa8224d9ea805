import { canonicalEmail } from '../../base/canonical.js';
import type { Keyring } from '../../base/keyring.js';
import type { VouchedAddresses } from '../../ports/identities.js';
import type {
  InvitationMail,
  RefusalCause,
  InvitationSnapshot,
  InvitationRecord,
} from '../../ports/invitation-store.js';
import type { Inviters } from '../../ports/inviters.js';
import type { Refusal } from './refusal.js';

/** Whether an invitation can be used, with the true cause if it cannot. */
export type InvitationState = 'open' | 'declined' | Exclude<RefusalCause, 'unknown' | 'already'>;

/**
 * Derived at every read, nowhere else and never stored. Valid from `notBefore` up to, not including, `expires`.
 * Seats with lapsed leases count as claimed only when their results cannot be looked up (`settles` false).
 */
export function stateOf(snapshot: InvitationSnapshot, settles: boolean): InvitationState {
  const { record, now } = snapshot;
  const isUsedUp = record.max !== null && snapshot.redeemed >= record.max;
  // An account that was being written when the invitation was declined.
  if (record.declinedAt !== null && isUsedUp) return 'used_up';
  if (record.revokedAt !== null) return record.declinedAt === null ? 'revoked' : 'declined';
  if (record.notBefore !== null && now < record.notBefore) return 'not_yet';
  if (record.expires !== null && now >= record.expires) return 'expired';
  if (record.max === null) return 'open';
  if (isUsedUp) return 'used_up';
  const claimed = settles ? snapshot.claimed - snapshot.lapsed : snapshot.claimed;
  return snapshot.redeemed + snapshot.held + claimed >= record.max ? 'held' : 'open';
}

/** An invitation as administrators see it. Never its code, only the code's last characters. */
export interface InvitationSummary extends Omit<InvitationRecord, 'keyId' | 'max' | 'mail'> {
  /** `null`: it is not sent by mail. */
  readonly mail: Omit<InvitationMail, 'seed'> | null;
  readonly state: InvitationState;
  /** The maximum number of accounts; `null`: unlimited. */
  readonly uses: number | null;
  readonly redeemed: number;
  /** Seats reserved by enrollments in progress. */
  readonly held: number;
  /** Seats claimed while an account is being written. */
  readonly claimed: number;
  /** Claimed seats whose outcome is unknown since their leases expired. */
  readonly lapsed: number;
}

export function summaryOf(snapshot: InvitationSnapshot, settles: boolean): InvitationSummary {
  const { keyId: _secret, max, mail, ...record } = snapshot.record;
  const { redeemed, held, claimed, lapsed } = snapshot;
  const state = stateOf(snapshot, settles);
  return { ...record, mail: withoutSeed(mail), state, uses: max, redeemed, held, claimed, lapsed };
}

function withoutSeed(mail: InvitationMail | null): InvitationSummary['mail'] {
  if (mail === null) return null;
  const { seed: _seed, instead: _instead, ...shown } = mail;
  return shown;
}

/** The client that wants to use an invitation, and the context. */
interface Bearer {
  /** `null`: outside flows. */
  readonly flow: string | null;
  /** `undefined`: the app has no tenants. */
  readonly tenant?: string | null | undefined;
  readonly email: string | null;
  /** When set, only these addresses count for a bound invitation: a typed address proves nothing. */
  readonly vouched?: VouchedAddresses | undefined;
}

/** Whether a record is meant for `bearer`; the reason when it is not. Does not check seats or time. */
export async function ineligibilityReason(
  record: InvitationRecord,
  bearer: Bearer,
  inviters: Inviters | null,
  emailKnown: boolean,
): Promise<Extract<Refusal, 'other_tenant' | 'other_flow' | 'other_email' | 'no_person' | 'inviter'> | null> {
  if (!fitsTenant(record, bearer.tenant)) return 'other_tenant';
  if (!fitsFlow(record, bearer.flow)) return 'other_flow';
  if (!fitsAddress(record, bearer, emailKnown)) return 'other_email';
  // A person who cannot be identified could use the invitation any number of times.
  if (emailKnown && record.onePerPerson && (bearer.email === null || canonicalEmail(bearer.email) === null))
    return 'no_person';
  if (record.inviter === null || inviters === null) return null;
  return (await inviters.may(record.inviter, record)) ? null : 'inviter';
}

function fitsAddress(record: InvitationRecord, { vouched, email }: Bearer, emailKnown: boolean): boolean {
  if (vouched !== undefined) return fitsVouched(record, vouched);
  return !emailKnown || fitsEmail(record, email);
}

/** True when the invitation may be used in `flow` (`null`: outside flows). */
function fitsFlow(record: InvitationRecord, flow: string | null): boolean {
  return record.flow === null || record.flow === flow;
}

/** True when the invitation belongs to `tenant`; in an app without tenants (`undefined`), every invitation does. */
function fitsTenant(record: InvitationRecord, tenant: string | null | undefined): boolean {
  return tenant === undefined || record.tenant === tenant;
}

/** True when `email` is the address, or in the domain, that the invitation is bound to. Both sides are canonical. */
function fitsEmail(record: InvitationRecord, email: string | null): boolean {
  if (record.bound === null) return true;
  const canonical = email === null ? null : canonicalEmail(email);
  if (canonical === null) return false;
  return record.bound.startsWith('@') ? domainOf(canonical) === record.bound : canonical === record.bound;
}

/** True when the addresses that a source vouches for match what the invitation is bound to, by the source's policy. */
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

/** True when the invitation is accepted although it is bound to another address, and this must be reported. */
export function isToBeTold(record: InvitationRecord, vouched: VouchedAddresses | undefined): boolean {
  return vouched?.policy === 'notify' && !fitsVouched(record, { ...vouched, policy: 'strict' });
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@'));
}

/** The one address that the invitation is bound to, or `null`. */
export function boundAddress(record: InvitationRecord): string | null {
  return record.bound === null || record.bound.startsWith('@') ? null : record.bound;
}

/**
 * Identifies the person behind an address without revealing the address: a keyed hash of the mailbox. The part after a
 * `+` in the local part is dropped (RFC 5233): `ann+2@example.com` is Ann again.
 */
export function personOf(keyring: Keyring, address: string | null): string | null {
  const email = address === null ? null : canonicalEmail(address);
  if (email === null) return null;
  const at = email.lastIndexOf('@');
  const mailbox = email.slice(0, at).replace(/\+.*$/, '') + email.slice(at);
  // Signed with the oldest secret: it is the last to change.
  return keyring.signAll('invitation', `person:${mailbox}`).at(-1) ?? null;
}
