import { mergeDeep, withoutKeys, type JsonObject } from '../base/json.js';
import { canonicalEmail, canonicalUsername } from '../base/canonical.js';
import { EnrollmentError } from '../base/error.js';
import { digest128, randomReference } from '../base/ids.js';
import { message, type FieldErrors, type Message } from '../base/message.js';
import type { Accounts, Enrolled, Enrollment, LoginAsker } from '../ports/accounts.js';
import type { ExternalIdentity } from '../ports/connections.js';
import type { IdentifiedWrite, IdentityEnrollment } from '../ports/identity-enrollment.js';
import type { PendingIdentity } from '../ports/pending-identity.js';
import type { EnrollmentLogger } from '../ports/log.js';
import type { Redeem, Redeemed } from '../ports/redeem.js';
import type { RehashedPasswords } from '../ports/rehashed-passwords.js';
import type { Redemptions } from '../ports/redemptions.js';
import type { LoginField, NewAccount, UserStore } from '../ports/user-store.js';
import { alwaysHeld } from './account-lock.js';
import { changePassword } from './change-password.js';
import type { UserRecords } from './forget-user.js';
import type { AccountLock } from '../ports/account-lock.js';
import type { PrepareUndo } from './prepare-undo.js';
import { releasesAddress, writeReleased, type ReleasedAddress } from './release-address.js';
import { removeAccount } from './remove-account.js';
import { updateAccount } from './update-account.js';

interface AccountsParts<User> {
  readonly users: UserStore<User>;
  /**
   * `null` if the app has no redemptions table: an enrollment then cannot distinguish its own account from another's.
   */
  readonly redemptions: Redemptions | null;
  readonly redeem: Redeem;
  /** True: no account is created without an invitation, unless a source's rule needs none. */
  readonly inviteOnly: boolean;
  readonly log: EnrollmentLogger;
  /** Omitted: passwords are never hashed anew. */
  readonly rehashed?: Pick<RehashedPasswords, 'digestsOf'>;
  /** Omitted or `null` if the app has no sources: then no identity creates an account. */
  readonly identified?: IdentityEnrollment<User> | null;
  /** What is removed with an account; omitted: nothing else is kept about users. */
  readonly records?: UserRecords;
  /** What the invitation of an account enforces: no update overrides it. Omitted: nothing. */
  readonly enforcedData?: (userId: string) => Promise<JsonObject>;
  /** As in `ReleaseParts`. Omitted: it is not announced. */
  readonly releasing?: (lost: ReleasedAddress) => Promise<() => Promise<void>>;
  /** Omitted: one process changes accounts, one request at a time. */
  readonly accountLock?: AccountLock;
  /** Omitted or `null`: no change of an address can be undone. */
  readonly prepareUndo?: PrepareUndo<User> | null;
  /** Ends all sessions of a user, and the evidence. Omitted: there are none. */
  readonly endSessions?: (userId: string) => Promise<void>;
}

/**
 * Accounts in the app's user store, written under the redemption protocol. The write itself checks the gate: no account
 * is created without a required invitation, whatever stages the flow has and in whatever order.
 * @throws ERR_ENROLLMENT_ACCOUNT (from `enroll`) when a user name or address is not in its canonical form: the
 *   caller must have canonicalized it, or two spellings of one name would become two accounts
 */
export function createAccounts<User>({
  users,
  redemptions,
  redeem,
  inviteOnly,
  log,
  rehashed = { digestsOf: (_userId, hash) => Promise.resolve([digest128(hash)]) },
  identified = null,
  records = { authenticators: null, connections: null, consents: null },
  enforcedData = () => Promise.resolve({}),
  releasing = () => Promise.resolve(() => Promise.resolve()),
  accountLock = (_userId, work) => work(alwaysHeld),
  prepareUndo = null,
  endSessions = () => Promise.resolve(),
}: AccountsParts<User>): Accounts {
  async function taken(
    field: LoginField,
    canonical: string,
    enrollmentId: string,
    { own, isProved = false }: LoginAsker = {},
  ): Promise<boolean> {
    const holder = await users.findByLogin(field, canonical);
    if (holder === null) return false;
    const profile = users.toProfile(holder);
    if (profile.id === own || (isProved && field === 'email' && releasesAddress(users, profile))) return false;
    return (await redemptions?.find({ enrollmentId }))?.user_id !== profile.id;
  }

  const addresses = { users, accountLock, releasing, log, prepareUndo };

  /** True if the account has one of the requested login names. */
  async function isHeldBy(userId: string, account: NewAccount): Promise<boolean> {
    for (const field of ['username', 'email'] as const) {
      const login = account[field];
      const holder = login === null ? null : await users.findByLogin(field, login);
      if (holder !== null && users.toProfile(holder).id === userId) return true;
    }
    return false;
  }

  async function takenFields(account: NewAccount, enrollmentId: string, isProved = false): Promise<FieldErrors | null> {
    const errors: Record<string, readonly Message[]> = {};
    for (const field of ['username', 'email'] as const) {
      const login = account[field];
      if (login !== null && (await taken(field, login, enrollmentId, { isProved })))
        errors[field] = [message(`prompt.${field}.taken`)];
    }
    return Object.keys(errors).length === 0 ? null : errors;
  }

  function write(enrollment: Enrollment, order: IdentifiedWrite | null): Promise<Redeemed<User>> {
    const { enrollmentId, flow, tenant, address, invitation, identity } = enrollment;
    // Only the verified identity is written, whatever else the account contains.
    const account: NewAccount = {
      ...enrollment.account,
      data: mergeDeep(order?.data ?? {}, enrollment.account.data),
      identity: identity ? externalOf(identity) : null,
      ...(identity?.emailVerified && identity.email === enrollment.account.email ? { emailVerified: true } : {}),
    };
    const isProved = account.emailVerified === true && account.email !== null;
    let keepsAddress = false;
    return redeem<User>({
      enrollmentId,
      flow,
      tenant,
      address,
      invitation,
      email: account.email,
      vouched: order?.vouched,
      // The invitation's values override what was typed.
      write: async (redemption) => {
        const claimed = identity && identified ? await identified.claim(redemption, identity) : null;
        if (claimed !== null) return claimed;
        const data = mergeDeep(account.data, redemption.invitation?.data ?? {});
        const create = async (): Promise<User> => {
          await order?.confirm();
          return users.create({ ...account, data }, redemption);
        };
        keepsAddress = false;
        const refused = (): void => void (keepsAddress = true);
        return isProved ? createProved({ account, enrollmentId, create, refused }) : create();
      },
      idOf: (user) => users.toProfile(user).id,
      taken: async () => ((await order?.lost()) ? {} : takenFields(account, enrollmentId, isProved && !keepsAddress)),
    });
  }

  /** Another account that never proved the address gives it up, together with the write. */
  async function createProved({
    account,
    enrollmentId,
    create,
    refused,
  }: {
    readonly account: NewAccount;
    readonly enrollmentId: string;
    create(): Promise<User>;
    refused(): void;
  }): Promise<User> {
    // Before: a name that was taken meanwhile takes the address from no account.
    if ((await takenFields({ ...account, email: null }, enrollmentId)) !== null)
      throw new EnrollmentError('ERR_ENROLLMENT_ACCOUNT', 'the account cannot be written: its username is taken');
    const written = async (): Promise<string | null> => (await redemptions?.find({ enrollmentId }))?.user_id ?? null;
    return writeReleased(addresses, {
      address: account.email ?? '',
      own: await written(),
      by: enrollmentId,
      write: create,
      isWritten: async () => (await written()) !== null,
      refused,
    });
  }

  function withoutInvitation({ flow }: Enrollment): Enrolled {
    const reference = randomReference();
    log.error(
      { flow, reference },
      'a flow came to its write stage without an invitation; put inviteCode() before it or set registration: open',
    );
    return { type: 'denied', message: message('users.invitation_needed'), reference };
  }

  return Object.freeze<Accounts>({
    taken,
    changePassword: (userId, change) =>
      changePassword({ users, rehashed, records, accountLock, endSessions, prepareUndo }, userId, change),
    async enroll(enrollment) {
      refuseUncanonical(enrollment.account);
      const { identity, enrollmentId } = enrollment;
      // An existing invitation is used, even if none is needed.
      const needsInvitation = inviteOnly && enrollment.invitation === null;
      if (identity && identified !== null)
        return identified.enroll({ identity, enrollmentId, needsInvitation }, (order) => write(enrollment, order));
      if (needsInvitation) return withoutInvitation(enrollment);
      if (identity) throw withoutSources();
      await identified?.forget(enrollmentId);
      const redeemed = await write(enrollment, null);
      if (redeemed.type === 'redeemed')
        return enrolledBy(redeemed, () => isHeldBy(redeemed.userId, enrollment.account));
      if (redeemed.type === 'invalid') return redeemed;
      return { type: 'denied', message: redeemed.message, reference: redeemed.reference };
    },
    async update(userId, change) {
      refuseUncanonical(change);
      const { data = {} } = change;
      if (Object.keys(data).length === 0) return updateAccount(addresses, userId, change);
      return updateAccount(addresses, userId, { ...change, data: withoutKeys(data, await enforcedData(userId)) });
    },
    enforced: (userId) => enforcedData(userId),
    remove: (userId, { holds }) =>
      accountLock(userId, (held) => removeAccount({ users, records, log }, userId, { holds, held })),
  });
}

/** The result for an account that this call did not write. It says what happened before, not who sends the request. */
async function enrolledBy(
  { user, userId, agoMs }: Extract<Redeemed<unknown>, { readonly type: 'redeemed' }>,
  sameDetails: () => Promise<boolean>,
): Promise<Enrolled> {
  if (user !== null) return { type: 'written', userId };
  return { type: 'written_before', userId, sameDetails: await sameDetails(), agoMs };
}

function externalOf({ source, issuer, subject }: PendingIdentity): ExternalIdentity {
  return { source, issuer, subject };
}

function refuseUncanonical({ username = null, email = null }: Partial<Pick<NewAccount, LoginField>>): void {
  const issues = [
    ...(username === null || canonicalUsername(username) === username ? [] : ['username is not in its canonical form']),
    ...(email === null || canonicalEmail(email) === email ? [] : ['email is not in its canonical form']),
  ];
  // The sentence omits the values: they are personal, and errors are logged.
  if (issues.length > 0)
    throw new EnrollmentError('ERR_ENROLLMENT_ACCOUNT', `the account cannot be written: ${issues.join('; ')}`, {
      issues,
    });
}

/** Without sources an identity cannot be checked, so it creates no account. */
function withoutSources(): EnrollmentError {
  return new EnrollmentError(
    'ERR_ENROLLMENT_ACCOUNT',
    'the account cannot be written: an identity came without sources',
  );
}
