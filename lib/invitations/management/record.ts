import { canonicalEmail } from '../../base/canonical.js';
import type { EnrollmentClock } from '../../base/clock.js';
import type { Keyring } from '../../base/keyring.js';
import { ownPath, type Site } from '../../base/target.js';
import type { InvitationRecord } from '../../ports/invitation-store.js';
import { invitationIds, type CanonicalCode } from '../codes/canonical-code.js';
import { canonicalDomain } from './input-schema.js';
import type { InvitationInput } from '../../ports/invitation-input.js';
import { milliseconds, seconds } from './instants.js';

const defaultLifetime = 30 * 24 * 60 * 60 * 1000;

/** The record of a checked input. */
export function recordOf(
  { keyring, clock, site }: { readonly keyring: Keyring; readonly clock: EnrollmentClock; readonly site: Site },
  input: InvitationInput,
  code: CanonicalCode,
): InvitationRecord {
  const now = clock.now();
  const [id = ''] = invitationIds(keyring, code);
  return {
    id,
    version: 1,
    keyId: keyring.ids[0] ?? '',
    kind: code.kind,
    hint: code.text.slice(code.kind === 'custom' ? -2 : -3),
    tenant: input.tenant ?? null,
    label: input.label ?? '',
    flow: input.flow ?? null,
    max: input.uses === 'unlimited' ? null : (input.uses ?? 1),
    notBefore: milliseconds(input.notBefore),
    expires: input.expires === undefined ? now + defaultLifetime : milliseconds(input.expires),
    bound: boundOf(input),
    data: structuredClone(input.data ?? {}),
    redirect: typeof input.redirect === 'string' ? ownPath(site, input.redirect) : null,
    note: input.note ?? '',
    creator: input.creator ?? null,
    inviter: input.inviter ?? null,
    reservationSeconds: seconds(input.reserve),
    onePerPerson: input.onePerPerson ?? false,
    createdAt: now,
    revokedAt: null,
  };
}

function boundOf({ email, domain }: InvitationInput): string | null {
  if (typeof email === 'string') return canonicalEmail(email);
  return typeof domain === 'string' ? canonicalDomain(domain) : null;
}
