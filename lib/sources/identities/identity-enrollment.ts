import { randomReference } from '../../base/ids.js';
import { message, type Message } from '../../base/message.js';
import type { Enrolled } from '../../ports/accounts.js';
import type { Connections } from '../../ports/connections.js';
import type { IdentifiedWrite, IdentityEnrollment } from '../../ports/identity-enrollment.js';
import type { PendingIdentity } from '../../ports/pending-identity.js';
import type { EnrollmentLogger } from '../../ports/log.js';
import type { Redeemed } from '../../ports/redeem.js';
import type { Redemptions } from '../../ports/redemptions.js';
import type { UserStore } from '../../ports/user-store.js';
import { claimableAccount } from './claimable-account.js';
import type { TracedIdentities } from './identities.js';

interface IdentityEnrollmentParts<User> {
  readonly users: Pick<UserStore<User>, 'toProfile' | 'findByLogin' | 'passwordHash'>;
  readonly connections: Connections;
  /** `null` where the app has no table for them. */
  readonly redemptions: Redemptions | null;
  readonly identities: Pick<
    TracedIdentities,
    'lapsed' | 'vouched' | 'lockIdentity' | 'begin' | 'end' | 'forget' | 'healedBy'
  >;
  readonly log: EnrollmentLogger;
}

interface IdentifiedEnrollment {
  readonly identity: PendingIdentity;
  readonly enrollmentId: string;
}

export function createIdentityEnrollment<User>(parts: IdentityEnrollmentParts<User>): IdentityEnrollment<User> {
  const { connections, identities, log } = parts;
  return Object.freeze<IdentityEnrollment<User>>({
    async enroll(about, write) {
      const { identity, enrollmentId } = about;
      // A user store that does not write the identity itself could not tell two of its accounts apart.
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
        const enrolled = await enrollLocked(parts, about, write);
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
      // Looked up here and nowhere earlier: what a plan says of it may be old.
      const waiting = await claimableAccount(parts, identity);
      if (waiting === null) return null;
      const { source, issuer, subject } = identity;
      await connections.link(waiting.id, { source, issuer, subject });
      log.info(
        { user: waiting.id, enrollment: redemption.enrollmentId, source },
        'an account that was made beforehand was claimed by its owner',
      );
      return waiting.user;
    },

    forget: (enrollmentId) => identities.forget(enrollmentId),
  });
}

async function enrollLocked<User>(
  { connections, redemptions, identities, log }: IdentityEnrollmentParts<User>,
  { identity, enrollmentId }: IdentifiedEnrollment,
  write: (order: IdentifiedWrite) => Promise<Redeemed<User>>,
): Promise<Enrolled> {
  const refused = (why: Message): Enrolled => {
    const reference = randomReference();
    const fields = { enrollment: enrollmentId, source: identity.source, why: why.id, reference };
    log.info(fields, 'no account was made for an identity');
    return { type: 'denied', message: why, reference };
  };
  const source = { source: identity.sourceName };
  const exists = message('source.account_exists', source);
  const other = message('source.other_enrollment', source);
  const holderOf = async (): Promise<string | null> =>
    (await connections.find(identity)) ?? (await identities.healedBy(identity));
  const ownAccount = async (): Promise<string | null> => (await redemptions?.find({ enrollmentId }))?.user_id ?? null;

  const lapsed = await identities.lapsed(identity);
  if (lapsed !== null) return refused(lapsed);
  const before = await holderOf();
  const own = await ownAccount();
  // The same form, sent twice at once, may have written the account since, and not connected it yet.
  const holder = before === own ? before : await holderOf();
  if (holder !== own) return refused(holder === null ? other : exists);
  const begun = await identities.begin(identity, enrollmentId);
  if (begun === 'other') return refused(other);

  let taken = false;
  const redeemed = await write({
    vouched: identities.vouched(identity),
    async lost() {
      const holderNow = await holderOf();
      taken = holderNow !== null && holderNow !== (await ownAccount());
      return taken;
    },
  });
  // What `write` throws goes on as it is: whether an account was written is not known then, and the trace stays.
  if (redeemed.type !== 'redeemed') {
    await identities.end(identity, enrollmentId);
    if (taken) return refused(exists);
    if (redeemed.type === 'invalid') return redeemed;
    return { type: 'denied', message: redeemed.message, reference: redeemed.reference };
  }

  const { userId } = redeemed;
  if ((await connections.find(identity)) !== userId) {
    // An account that this call did not write, in an enrollment that never came with this identity, is not its account.
    if (redeemed.user === null && begun === 'first') {
      await identities.end(identity, enrollmentId);
      return refused(other);
    }
    try {
      await connections.link(userId, identity);
    } catch (error) {
      if ((await connections.find(identity)) === null) throw error;
      log.error(
        { user: userId, enrollment: enrollmentId, source: identity.source },
        'an account was written and its identity became another account’s; nobody can sign in to it by this source',
      );
      await ended();
      return refused(exists);
    }
  }
  await ended();
  if (redeemed.user !== null) return { type: 'written', userId };
  return { type: 'written_before', userId, sameDetails: true, agoMs: redeemed.agoMs };

  async function ended(): Promise<void> {
    try {
      await identities.end(identity, enrollmentId);
    } catch (error) {
      // All is written; what stays of the trace lapses within a day.
      log.warn({ err: error, enrollment: enrollmentId }, 'the trace of an identity could not be removed');
    }
  }
}
