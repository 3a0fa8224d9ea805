import { EnrollmentError } from '../../base/error.js';
import type { JsonObject } from '../../base/json.js';
import { argumentIssues } from '../../base/setting-kinds.js';
import { refuseSettings } from '../../base/settings.js';
import { userIdText } from '../../base/user-id.js';
import { maySignIn, type SignInEvidence } from '../../executor/sign-in-evidence.js';
import type { InvitationRef } from '../../ports/invitation-gate.js';
import type { Redemption } from '../../ports/redemptions.js';
import type { UserProfile } from '../../ports/user-store.js';
import type { GuardParts } from './guard-settings.js';
import type { Refusing } from './refusing.js';
import { openRepeatedForm, type KnownAccount } from './repeated-form.js';

/** The app's own transaction: inserts its user and `redemption.row(user.id)`, and returns the user. */
export type WriteAccount<User, Data = JsonObject> = (redemption: Redemption<Data>) => Promise<User> | User;

/** Loads the account that an earlier request created; `null` or `undefined` if it is gone. */
export type FindAccount<User> = (userId: string) => Promise<User | null | undefined> | User | null | undefined;

/**
 * The result of `redeem` if it may load the account by `users.findById`; without a user type, the result of `write`.
 */
export type Redeemed<User, Written> = unknown extends User ? Written : User;

/** An accepted invitation. No seat is used until `redeem` has written the account. */
export interface Invite<User, Data = JsonObject> {
  readonly id: string;
  readonly label: string;
  /** The name that the option `inviters.displayName` gives who invited; `null` without one. */
  readonly inviter: string | null;
  /** The only address that the invitation is for, canonical. */
  readonly email: string | null;
  /**
   * True where the visitor came by the link of a mail to `email`: store that address, and no other one, as verified.
   */
  readonly emailVerified: boolean;
  /** In the type that the option `invitationData` returns. */
  readonly data: Data;
  /** The path of the app that the invitation redirects to at the end. */
  readonly redirect: string | null;
  /**
   * Reserves a seat and calls `write`; a second call returns the first call's promise. If the same browser sends the
   * same form again, equal in every field, within two minutes, `redeem` returns the first form's account, loaded by
   * `found` (default: `users.findById`), and calls `write` only if there is none. Any other form is a separate
   * enrollment. Errors from `write` are rethrown unchanged, unless the account turns out to exist.
   * @throws InviteRefused 422 when the code is gone meanwhile, 503 when that cannot be told, 409 when the account of
   *   this form is there for longer than two minutes, or, with `userId`, cannot be loaded
   */
  redeem<Written extends User>(write: WriteAccount<Written, Data>, found: FindAccount<Written>): Promise<Written>;
  redeem<Written extends User>(write: WriteAccount<Written, Data>): Promise<Redeemed<User, Written>>;
}

interface RedeemTerms<User> {
  readonly invitation: InvitationRef;
  readonly enrollmentId: string;
  readonly email: string | null;
  readonly tenant: string | null | undefined;
  readonly idOf: ((user: User) => string | number) | undefined;
  readonly refusing: Refusing;
  readonly account: KnownAccount;
  /** Called once the account exists. */
  finished(): void;
}

/** Makes `Invite.redeem`: the one redemption protocol around the app's own transaction. */
export function redeemOnce<User, Data>(
  parts: Pick<
    GuardParts<User, Data>,
    | 'redeem'
    | 'findById'
    | 'findRedemption'
    | 'ephemeralStore'
    | 'sessionRegistry'
    | 'clock'
    | 'users'
    | 'readData'
    | 'warnOnce'
  >,
  terms: RedeemTerms<User>,
): Invite<User, Data>['redeem'] {
  const { redeem, findById, findRedemption, users, readData, warnOnce } = parts;
  let once: Promise<User> | undefined;
  return redeemed;

  function redeemed<Written extends User>(
    write: WriteAccount<Written, Data>,
    found: FindAccount<Written>,
  ): Promise<Written>;
  function redeemed<Written extends User>(write: WriteAccount<Written, Data>): Promise<Redeemed<User, Written>>;
  function redeemed(write: WriteAccount<User, Data>, found?: FindAccount<User>): Promise<User> {
    return (once ??= run(write, found ?? findById));
  }

  async function run(write: WriteAccount<User, Data>, found: FindAccount<User> | null): Promise<User> {
    const given = found === null ? [] : argumentIssues('found', found, 'function');
    refuseSettings('invite.redeem', null, [...argumentIssues('write', write, 'function'), ...given]);
    const { invitation, enrollmentId, email, tenant, refusing, account } = terms;
    // Which errors the app itself threw, and which id it put into the row.
    const thrown = new Set<unknown>();
    let rowOf: string | null = null;
    try {
      const form = await openRepeatedForm({ ...parts, findProfile: findProfileIn(users) }, enrollmentId);
      const redeemed = await redeem<User>({
        enrollmentId,
        flow: null,
        tenant,
        invitation,
        email,
        async write(redemption) {
          await form.begin();
          try {
            return await write({
              ...redemption,
              invitation:
                redemption.invitation === null
                  ? null
                  : { ...redemption.invitation, data: readData(redemption.invitation.data) },
              row(userId) {
                const row = redemption.row(userId);
                rowOf = row.user_id;
                return row;
              },
            });
          } catch (error) {
            thrown.add(error);
            throw error;
          }
        },
        idOf: (user) => idOf(user, rowOf),
        taken: async () => null,
      });
      if (redeemed.type === 'refused')
        throw (await account.isThere()) ? refusing.redeemed(null) : refusing.refused(redeemed);
      if (redeemed.type === 'invalid') throw new TypeError('a guard asks for no fields, so none can be taken');
      terms.finished();
      const { userId } = redeemed;
      if (redeemed.user !== null) await form.written(userId);
      const evidence: SignInEvidence =
        redeemed.user === null ? await form.evidence(userId) : { type: 'account_written', user: userId };
      if (!maySignIn(userId, evidence)) throw refusing.redeemed(null);
      if (redeemed.user !== null) return redeemed.user;
      const user = found === null ? null : await found(userId);
      if (user === null || user === undefined) throw refusing.redeemed(userId);
      return user;
    } catch (error) {
      throw thrown.has(error) ? error : refusing.away(error);
    }
  }

  function idOf(user: User, rowOf: string | null): string {
    if (rowOf === null && findRedemption !== null)
      warnOnce(
        'WARN_NO_ROW',
        'an account was written without redemption.row(): nothing in the database proves that it has its seat',
      );
    if (terms.idOf !== undefined) return userIdText(terms.idOf(user), 'idOf');
    const id: unknown = typeof user === 'object' && user !== null ? Reflect.get(user, 'id') : undefined;
    if (typeof id === 'string' || typeof id === 'number' || typeof id === 'bigint') return String(id);
    if (rowOf !== null) return rowOf;
    throw new EnrollmentError(
      'ERR_ENROLLMENT_USER_STORE',
      'invite.redeem() got no user with an id from its callback: give the user back, or set idOf',
    );
  }
}

function findProfileIn<User>(
  users: GuardParts<User>['users'],
): ((userId: string) => Promise<UserProfile | null>) | undefined {
  if (users === null) return undefined;
  return async (userId) => {
    const user = await users.findById(userId);
    return user === null ? null : users.toProfile(user);
  };
}
