import { EnrollmentError } from '../../base/error.js';
import { everyPage } from '../../base/paging.js';
import type { InvitationSnapshot } from '../../ports/invitation-store.js';
import { createInvitation, type CreatedInvitation, type CreateParts } from './create.js';
import type { InvitationActor, InvitationInput } from '../../ports/invitation-input.js';
import { revokeInvitation, type RevokeParts } from './revoke.js';

/** Marks a record as created here; unlike the label, the creator cannot be edited. */
const creator = 'first-administrator';
const hour = 60 * 60 * 1000;

export type FirstAdministratorParts = CreateParts &
  RevokeParts & {
    /** Whether the app has no accounts yet; `null`: unknown. */
    readonly isEmpty: (() => Promise<boolean>) | null;
  };

/**
 * A code for the first account of an empty system: for one person, valid for an hour. It is one-way: after one code
 * created an account, or the user store reports accounts, there is never another, even when that account is deleted
 * (CVE-2023-46249). An unused code is revoked and replaced; of several concurrent calls one gets a code.
 * @throws ERR_ENROLLMENT_NOT_EMPTY (409)
 */
export async function firstAdministrator(
  parts: FirstAdministratorParts,
  input: Pick<InvitationInput, 'data' | 'flow' | 'email'>,
  actor: InvitationActor = {},
): Promise<CreatedInvitation> {
  if (parts.isEmpty !== null && !(await parts.isEmpty())) throw notEmpty('there are accounts already');
  const earlier = await every(parts);
  await endAll(parts, earlier, actor);

  const terms = { uses: 1, label: creator, creator, expires: parts.clock.now() + hour };
  const made = await createInvitation(parts, { ...input, ...terms }, actor);
  // Another call may have read the list before this invitation was stored, and created another: the smallest id wins.
  const known = new Set([made.id, ...earlier.map(({ record }) => record.id)]);
  const meanwhile = (await every(parts)).filter(({ record }) => !known.has(record.id));
  const gone = meanwhile.some(
    ({ record, redeemed }) => redeemed > 0 || (record.revokedAt === null && record.id < made.id),
  );
  try {
    if (gone) throw notEmpty('another code for the first administrator was made at the same moment');
    await endAll(parts, meanwhile, actor);
  } catch (error) {
    await revokeInvitation(parts, made.id, actor);
    throw error;
  }
  return made;
}

/** Ends the unused ones. @throws ERR_ENROLLMENT_NOT_EMPTY when one was used, at the last moment too */
async function endAll(
  parts: RevokeParts,
  snapshots: readonly InvitationSnapshot[],
  actor: InvitationActor,
): Promise<void> {
  if (snapshots.some(({ redeemed }) => redeemed > 0)) throw notEmpty('the first administrator has signed up already');
  for (const { record } of snapshots) {
    if (record.revokedAt !== null) continue;
    // The whole system must be empty: a code for another tenant's first administrator ends too.
    const { redeemed } = await revokeInvitation({ ...parts, tenant: undefined }, record.id, actor);
    if (redeemed > 0) throw notEmpty('the first administrator has signed up just now');
  }
}

/** All codes for first administrators that were ever created, of every tenant. */
async function every({ store }: Pick<FirstAdministratorParts, 'store'>): Promise<readonly InvitationSnapshot[]> {
  const found: InvitationSnapshot[] = [];
  const search = 'administrator';
  for await (const page of everyPage((cursor) => store.list({ search, limit: 100, ...cursor })))
    found.push(...page.snapshots.filter(({ record }) => record.creator === creator));
  return found;
}

function notEmpty(reason: string): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_NOT_EMPTY', `${reason}: invite others with an invitation of their own`, {
    status: 409,
  });
}
