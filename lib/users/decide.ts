import type { Connections } from '../ports/connections.js';
import type { PendingIdentity, MatchingMode } from '../ports/pending-identity.js';
import type { UserStore } from '../ports/user-store.js';

/** What happens to an identity that a source returned. */
export type Decision =
  /** The account that is connected, or that the app knows to be theirs. */
  | { readonly type: 'sign_in'; readonly userId: string; readonly connect: boolean }
  /** The visitor is signed in and the identity has no account: they are asked whether to connect it. */
  | { readonly type: 'link'; readonly userId: string }
  /** An account has the address, or the name: a visitor who signs in to it may connect it. */
  | { readonly type: 'prove'; readonly userId: string; readonly field: 'email' | 'username' }
  /** There is no account: the gate follows. */
  | { readonly type: 'enroll' }
  | { readonly type: 'denied'; readonly reason: 'inactive' | 'matched' | 'no_address' | 'no_username' | 'another' };

interface DecisionRules {
  readonly matching: MatchingMode;
  /** True: `…_link` connects an account without its owner having proved it; only where the provider is the account's owner, too. */
  readonly linkWithoutProof: boolean;
}

interface DecideParts<User> {
  readonly users: UserStore<User>;
  readonly connections: Connections;
  /** People who were provisioned before: the app's own look-up of an identity without a connection. */
  readonly findUser: ((identity: PendingIdentity) => Promise<User | null> | User | null) | null;
  /** The account of an enrollment that ended before its identity was connected; it is connected by asking. */
  readonly healed?: (identity: PendingIdentity) => Promise<string | null>;
}

/**
 * authentik's decision table for sources, with the differences that keep accounts with their owners: an address counts
 * only when it is verified, an account that is not active stays out on every path, and an account that matches is
 * connected only after its owner has signed in to it, unless the rules say otherwise.
 */
export async function decide<User>(
  { users, connections, findUser, healed }: DecideParts<User>,
  identity: PendingIdentity,
  { matching, linkWithoutProof }: DecisionRules,
  signedIn: string | null,
): Promise<Decision> {
  const connected = (await connections.find(identity)) ?? (await healed?.(identity)) ?? null;
  if (connected !== null) {
    if (signedIn !== null && signedIn !== connected) return { type: 'denied', reason: 'another' };
    return entering(await users.findById(connected), false);
  }
  const known = (await findUser?.(identity)) ?? null;
  if (known !== null) {
    if (signedIn !== null && signedIn !== users.toProfile(known).id) return { type: 'denied', reason: 'another' };
    return entering(known, true);
  }
  if (signedIn !== null) return { type: 'link', userId: signedIn };

  const [field, wish] = wordsOf(matching);
  const value = field === 'username' ? identity.username : identity.emailVerified ? identity.email : null;
  if (value === null) {
    if (matching === 'identifier') return { type: 'enroll' };
    return { type: 'denied', reason: field === 'email' ? 'no_address' : 'no_username' };
  }
  const holder = await users.findByLogin(field, value);
  if (holder === null) return field === 'username' ? enteringByName() : { type: 'enroll' };
  const { id, active } = users.toProfile(holder);
  if (wish === 'deny') return { type: 'denied', reason: 'matched' };
  if (!active) return { type: 'denied', reason: 'inactive' };
  return wish === 'link' && linkWithoutProof
    ? { type: 'sign_in', userId: id, connect: true }
    : { type: 'prove', userId: id, field };

  /** No account has the name. An address that an account has is still reported before a code is asked for. */
  async function enteringByName(): Promise<Decision> {
    const address = identity.emailVerified ? identity.email : null;
    const owner = address === null ? null : await users.findByLogin('email', address);
    if (owner === null) return { type: 'enroll' };
    const facts = users.toProfile(owner);
    return facts.active ? { type: 'prove', userId: facts.id, field: 'email' } : { type: 'denied', reason: 'inactive' };
  }

  function entering(user: User | null, connect: boolean): Decision {
    // A connection to an account that is gone keeps its identity: who was removed does not come back by signing in.
    if (user === null) return { type: 'denied', reason: 'inactive' };
    const facts = users.toProfile(user);
    return facts.active ? { type: 'sign_in', userId: facts.id, connect } : { type: 'denied', reason: 'inactive' };
  }
}

function wordsOf(matching: MatchingMode): readonly ['email' | 'username', 'prove' | 'link' | 'deny'] {
  switch (matching) {
    // Not for linking: who has an account is told so before any code is asked.
    case 'identifier':
      return ['email', 'prove'];
    case 'email_link':
      return ['email', 'link'];
    case 'email_deny':
      return ['email', 'deny'];
    case 'username_link':
      return ['username', 'link'];
    case 'username_deny':
      return ['username', 'deny'];
  }
}
