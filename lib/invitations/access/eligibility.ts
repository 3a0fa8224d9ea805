import { canonicalEmail } from '../../base/canonical.js';
import type { InvitationRecord } from '../../ports/invitation-store.js';
import type { Inviters } from '../../ports/inviters.js';
import type { VouchedAddresses } from '../../ports/source-terms.js';
import { fitsEmail, fitsFlow, fitsTenant, fitsVouched } from './match.js';
import type { Refusal } from './refusal.js';

/** Who wants to use an invitation, and where. */
interface Bearer {
  /** `null`: outside flows. */
  readonly flow: string | null;
  /** `undefined`: the app has no tenants. */
  readonly tenant?: string | null | undefined;
  readonly email: string | null;
  /** Where it is given, only these count for an invitation that is bound: anybody can type an address. */
  readonly vouched?: VouchedAddresses | undefined;
}

/** Whether a record is meant for `bearer`; the reason when it is not. Never looks at seats or time. */
export async function ineligibilityReason(
  record: InvitationRecord,
  bearer: Bearer,
  inviters: Inviters | null,
  emailKnown: boolean,
): Promise<Extract<Refusal, 'other_tenant' | 'other_flow' | 'other_email' | 'no_person' | 'inviter'> | null> {
  if (!fitsTenant(record, bearer.tenant)) return 'other_tenant';
  if (!fitsFlow(record, bearer.flow)) return 'other_flow';
  if (!fitsAddress(record, bearer, emailKnown)) return 'other_email';
  // Who cannot be told apart from others could come any number of times.
  if (emailKnown && record.onePerPerson && (bearer.email === null || canonicalEmail(bearer.email) === null))
    return 'no_person';
  if (record.inviter === null || inviters === null) return null;
  return (await inviters.may(record.inviter, record)) ? null : 'inviter';
}

function fitsAddress(record: InvitationRecord, { vouched, email }: Bearer, emailKnown: boolean): boolean {
  if (vouched !== undefined) return fitsVouched(record, vouched);
  return !emailKnown || fitsEmail(record, email);
}
