import { randomReference } from '../../base/ids.js';
import type { Lease } from '../../base/lease.js';
import { message, type Message } from '../../base/message.js';
import type { Enrolled } from '../../ports/accounts.js';
import type { AccountLock } from '../../ports/account-lock.js';
import type { Connections } from '../../ports/connections.js';
import type { IdentifiedEnrollment, IdentifiedWrite, IdentityEnrollment } from '../../ports/identity-enrollment.js';
import type { EnrollmentLogger } from '../../ports/log.js';
import type { Redeemed } from '../../ports/redeem.js';
import type { Redemptions } from '../../ports/redemptions.js';
import type { UserStore } from '../../ports/user-store.js';
import { claimableAccount } from './claimable-account.js';
import {
  accountExists,
  createEnrollmentEvidence,
  otherEnrollment,
  type EnrollmentEvidence,
} from './enrollment-evidence.js';
import type { TracedIdentities } from './identities.js';

interface IdentityEnrollmentParts<User> {
  readonly users: Pick<UserStore<User>, 'toProfile' | 'findByLogin' | 'passwordHash'>;
  readonly connections: Connections;
  /** `null` if the app has no redemptions table. */
  readonly redemptions: Redemptions | null;
  readonly identities: Pick<
    TracedIdentities,
    | 'invitationRule'
    | 'mayRegister'
    | 'accountData'
    | 'lapsed'
    | 'vouched'
    | 'lockIdentity'
    | 'begin'
    | 'end'
    | 'forget'
    | 'healedBy'
  >;
  readonly accountLock: AccountLock;
  readonly log: EnrollmentLogger;
}

export function createIdentityEnrollment<User>(parts: IdentityEnrollmentParts<User>): IdentityEnrollment<User> {
  const { connections, identities, accountLock, log } = parts;
  const evidence = createEnrollmentEvidence(parts);
  return Object.freeze<IdentityEnrollment<User>>({
    async enroll(enrollment, write) {
      const { identity, enrollmentId } = enrollment;
      // A user store that does not write the identity itself could not detect two accounts for one identity.
      const lock = await identities.lockIdentity(identity, enrollmentId);
      if (lock === null) {
        const reference = randomReference();
        log.info(
          { enrollment: enrollmentId, source: identity.source, reference },
          'an identity is being enrolled already',
        );
        return { type: 'denied', message: message('source.under_way', { source: identity.sourceName }), reference };
      }
      try {
        const enrolled = await enrollLocked({ ...parts, evidence, lock }, enrollment, write);
        await lock.release().catch((error: unknown) => {
          log.warn({ err: error, enrollment: enrollmentId }, 'the lock of an identity could not be released');
        });
        return enrolled;
      } finally {
        lock.stopRenewal();
      }
    },

    async claim(redemption, identity) {
      if (redemption.invitation?.email !== identity.email) return null;
      // Looked up only here: the plan's value may be outdated.
      const waiting = await claimableAccount(parts, identity);
      if (waiting === null) return null;
      const { source, issuer, subject } = identity;
      return accountLock(waiting.id, async (held) => {
        // Once more: a change of the account may have been under way.
        const claimed = await claimableAccount(parts, identity);
        if (claimed?.id !== waiting.id) return null;
        await held.confirm();
        await connections.link(claimed.id, { source, issuer, subject });
        log.info(
          { user: claimed.id, enrollment: redemption.enrollmentId, source },
          'an account that was made beforehand was claimed by its owner',
        );
        return claimed.user;
      });
    },

    forget: (enrollmentId) => identities.forget(enrollmentId),
  });
}

async function enrollLocked<User>(
  {
    connections,
    identities,
    log,
    evidence,
    lock,
  }: IdentityEnrollmentParts<User> & { readonly evidence: EnrollmentEvidence; readonly lock: Pick<Lease, 'confirm'> },
  enrollment: IdentifiedEnrollment,
  write: (order: IdentifiedWrite) => Promise<Redeemed<User>>,
): Promise<Enrolled> {
  const { identity, enrollmentId } = enrollment;
  const refused = (why: Message): Enrolled => {
    const reference = randomReference();
    const fields = { enrollment: enrollmentId, source: identity.source, why: why.id, reference };
    log.info(fields, 'no account was made for an identity');
    return { type: 'denied', message: why, reference };
  };
  const judged = await evidence.judge(enrollment);
  if (judged.type === 'denied') return refused(judged.message);
  if (judged.type === 'invalid') return judged;

  let taken = false;
  const redeemed = await write({
    vouched: identities.vouched(identity),
    data: (await identities.accountData(identity)) ?? {},
    async lost() {
      taken = await evidence.isTaken(enrollment);
      return taken;
    },
    confirm: () => lock.confirm(),
  });
  // Exceptions from `write` are rethrown unchanged: it is then unknown whether an account was written, and the trace
  // stays.
  if (redeemed.type !== 'redeemed') {
    await identities.end(identity, enrollmentId);
    if (taken) return refused(accountExists(identity));
    if (redeemed.type === 'invalid') return redeemed;
    return { type: 'denied', message: redeemed.message, reference: redeemed.reference };
  }

  const { userId } = redeemed;
  if ((await connections.find(identity)) !== userId) {
    // If this call did not write the account, and the enrollment never had this identity, the account does not belong
    // to it.
    if (redeemed.user === null && judged.first) {
      await identities.end(identity, enrollmentId);
      return refused(otherEnrollment(identity));
    }
    try {
      await connections.link(userId, identity);
    } catch (error) {
      if ((await connections.find(identity)) === null) throw error;
      log.error(
        { user: userId, enrollment: enrollmentId, source: identity.source },
        'an account was written and its identity became another account’s; it cannot be signed in to by this source',
      );
      await ended();
      return refused(accountExists(identity));
    }
  }
  await ended();
  if (redeemed.user !== null) return { type: 'written', userId };
  return { type: 'written_before', userId, sameDetails: true, agoMs: redeemed.agoMs };

  async function ended(): Promise<void> {
    try {
      await identities.end(identity, enrollmentId);
    } catch (error) {
      // The write is complete; the rest of the trace expires within a day.
      log.warn({ err: error, enrollment: enrollmentId }, 'the trace of an identity could not be removed');
    }
  }
}
