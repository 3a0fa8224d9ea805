import { digest128 } from '../../base/ids.js';
import { acquireLease, type Lease, type LeaseTerms } from '../../base/lease.js';
import type { Connections, ExternalIdentity } from '../../ports/connections.js';
import type { EphemeralStore } from '../../ports/ephemeral-store.js';
import type { Redemptions } from '../../ports/redemptions.js';
import type { UserStore } from '../../ports/user-store.js';

/** As long as a plan may live: a visitor who comes back later begins a new enrollment. */
const traceSeconds = 86_400;

/** One enrollment may take 45 seconds; its lock lasts 5 when its process dies. After it the user store alone decides. */
const lockTerms: LeaseTerms = Object.freeze({ seconds: 5, renewals: 24, timeoutMs: 7000 });

interface IdentityTraceParts<User> {
  /** Default: 5 seconds, extended by up to 40; wait time 7 seconds. */
  readonly lock?: LeaseTerms;
  readonly ephemeralStore: EphemeralStore;
  readonly connections: Connections;
  readonly users: Pick<UserStore<User>, 'findById'>;
  /** `null` if the app has no redemptions table: then nothing can be repaired. */
  readonly redemptions: Redemptions | null;
}

/**
 * Records which enrollment is writing an account for which identity. If a user store does not write the connection in
 * its own transaction, a process may die between account and connection; this record detects that afterwards.
 */
export interface IdentityTrace {
  /**
   * Records that an account is about to be written. `first`: nothing was known of this enrollment; `again`: it had this
   * identity before; `other`: it had another identity, whose outcome is unknown, and nothing is recorded. Several
   * people at one machine may be identified in one plan, but its account belongs to one person.
   * @throws ERR_ENROLLMENT_STORE_AWAY (503): without a trace a crash could not be healed, so nothing is written
   */
  begin(identity: ExternalIdentity, enrollmentId: string): Promise<'first' | 'again' | 'other'>;
  /**
   * Waits until no other enrollment of the identity is being written: one of several proceeds at a time. A process that
   * dies keeps the lock for five more seconds. `null`: timeout.
   */
  lockIdentity(identity: ExternalIdentity, enrollmentId: string): Promise<Lease | null>;
  /** The write is over: the identity is connected, or no account was written. */
  end(identity: ExternalIdentity, enrollmentId: string): Promise<void>;
  /** The enrollment continues without an identity: its account belongs to no identity that a source returned before. */
  forget(enrollmentId: string): Promise<void>;
  /**
   * The account that was written for an identity without a connection; this call connects it. `null`: there is none, or
   * it was removed since.
   */
  healedBy(identity: ExternalIdentity): Promise<string | null>;
}

export function createIdentityTrace<User>(parts: IdentityTraceParts<User>): IdentityTrace {
  const { ephemeralStore, connections, users, redemptions, lock = lockTerms } = parts;

  async function linked(userId: string, identity: ExternalIdentity): Promise<void> {
    try {
      await connections.link(userId, identity);
    } catch (error) {
      // Another enrollment of the same person may have been faster; its account belongs to that person then.
      if ((await connections.find(identity)) === null) throw error;
    }
  }

  async function drop(key: string, value: string): Promise<void> {
    await ephemeralStore.compareAndSet(key, value, null);
  }

  return Object.freeze<IdentityTrace>({
    lockIdentity: (identity, enrollmentId) =>
      acquireLease(ephemeralStore, lock, { key: keyOfLock(digestOf(identity)), holder: enrollmentId }),

    async begin(identity, enrollmentId) {
      const who = digestOf(identity);
      const before = await ephemeralStore.peek(keyOfEnrollment(enrollmentId));
      if ((await ephemeralStore.setIfAbsent(keyOfEnrollment(enrollmentId), who, traceSeconds)) !== who) return 'other';
      await ephemeralStore.set(keyOfIdentity(who), enrollmentId, traceSeconds);
      return before === null ? 'first' : 'again';
    },

    async end(identity, enrollmentId) {
      const who = digestOf(identity);
      await drop(keyOfIdentity(who), enrollmentId);
      await drop(keyOfEnrollment(enrollmentId), who);
    },

    async forget(enrollmentId) {
      await ephemeralStore.take(keyOfEnrollment(enrollmentId));
    },

    async healedBy(identity) {
      const who = digestOf(identity);
      const key = keyOfIdentity(who);
      const enrollmentId = await ephemeralStore.peek(key);
      if (enrollmentId === null || (await ephemeralStore.peek(keyOfEnrollment(enrollmentId))) !== who) return null;
      const row = (await redemptions?.find({ enrollmentId })) ?? null;
      // The write may still be running.
      if (row === null) return null;
      // The row outlives its account; a removed user has no account to return to.
      if ((await users.findById(row.user_id)) !== null) await linked(row.user_id, identity);
      await drop(key, enrollmentId);
      return connections.find(identity);
    },
  });
}

/** As a JSON list, no two identities have the same text; as a digest, the store does not reveal who signs in where. */
function digestOf({ source, issuer, subject }: ExternalIdentity): string {
  return digest128(JSON.stringify([source, issuer, subject]));
}

const keyOfLock = (who: string): string => `identity-turn:${who}`;
const keyOfIdentity = (who: string): string => `identity:${who}`;
const keyOfEnrollment = (enrollmentId: string): string => `identity-of:${enrollmentId}`;
