import { message, type FieldErrors, type Message } from '../../base/message.js';
import type { Connections } from '../../ports/connections.js';
import type { IdentifiedEnrollment } from '../../ports/identity-enrollment.js';
import type { Redemptions } from '../../ports/redemptions.js';
import { denyIdentity } from './deny-identity.js';
import type { TracedIdentities } from './identities.js';

interface EvidenceParts {
  readonly connections: Connections;
  /** `null` if the app has no redemptions table. */
  readonly redemptions: Redemptions | null;
  readonly identities: Pick<TracedIdentities, 'invitationRule' | 'lapsed' | 'mayRegister' | 'begin' | 'healedBy'>;
}

/** The checks of an enrollment before an account is created for its identity; all of them are repeated at the write. */
export interface EnrollmentEvidence {
  /**
   * Checks, in this order: the source's rule if there is no invitation, the identity's age, the source's switch, the
   * identity's owner, whether the source creates accounts, and whether this enrollment had another identity before. `accepted`: the write has begun, and its
   * trace is stored; `first`: nothing was known of this enrollment.
   */
  judge(
    enrollment: IdentifiedEnrollment,
  ): Promise<
    | { readonly type: 'accepted'; readonly first: boolean }
    | { readonly type: 'invalid'; readonly errors: FieldErrors }
    | { readonly type: 'denied'; readonly message: Message }
  >;
  /** True if another account than the one that this enrollment wrote has the identity. */
  isTaken(enrollment: IdentifiedEnrollment): Promise<boolean>;
}

export function createEnrollmentEvidence({ connections, redemptions, identities }: EvidenceParts): EnrollmentEvidence {
  const holderOf = async ({ identity }: IdentifiedEnrollment): Promise<string | null> =>
    (await connections.find(identity)) ?? (await identities.healedBy(identity));
  const ownAccount = async ({ enrollmentId }: IdentifiedEnrollment): Promise<string | null> =>
    (await redemptions?.find({ enrollmentId }))?.user_id ?? null;

  return Object.freeze<EnrollmentEvidence>({
    async judge(enrollment) {
      const { identity, enrollmentId, needsInvitation } = enrollment;
      if (needsInvitation && (await identities.invitationRule(identity)) === 'required')
        return { type: 'invalid', errors: { invite_code: [message('users.invitation_needed')] } };
      const lapsed = await identities.lapsed(identity);
      if (lapsed !== null) return lapsed;
      const before = await holderOf(enrollment);
      const own = await ownAccount(enrollment);
      // The same form, sent twice at once, may have written the account since, but not yet connected it.
      const holder = before === own ? before : await holderOf(enrollment);
      if (holder !== own)
        return { type: 'denied', message: holder === null ? otherEnrollment(identity) : accountExists(identity) };
      if (own === null && !identities.mayRegister(identity)) return denyIdentity('sign_in_only', identity);
      const begun = await identities.begin(identity, enrollmentId);
      if (begun === 'other') return { type: 'denied', message: otherEnrollment(identity) };
      return { type: 'accepted', first: begun === 'first' };
    },

    async isTaken(enrollment) {
      const holder = await holderOf(enrollment);
      return holder !== null && holder !== (await ownAccount(enrollment));
    },
  });
}

type Named = Pick<IdentifiedEnrollment['identity'], 'sourceName'>;

export const accountExists = ({ sourceName }: Named): Message =>
  message('source.account_exists', { source: sourceName });

export const otherEnrollment = ({ sourceName }: Named): Message =>
  message('source.other_enrollment', { source: sourceName });
