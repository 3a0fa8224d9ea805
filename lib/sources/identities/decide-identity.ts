import type { Awaitable } from '../../base/awaitable.js';
import { isUnprovedAddress } from '../../base/unproved-address.js';
import { message } from '../../base/message.js';
import type { Connections } from '../../ports/connections.js';
import type { Announce } from '../../ports/mail-notices.js';
import type { PendingIdentity, MatchingMode } from '../../ports/pending-identity.js';
import type { Redemptions } from '../../ports/redemptions.js';
import type { IdentityDenial, InvitationRule } from '../../ports/identities.js';
import type { LoginField, UserStore } from '../../ports/user-store.js';
import type { Source } from '../../ports/source.js';
import type { SourceRegistry } from '../source-registry.js';
import { claimableAccount } from './claimable-account.js';
import { denyIdentity } from './deny-identity.js';
import type { TracedIdentities } from './identities.js';

/** What happens to an identity that a source returned. */
export type IdentityDecision =
  /** The account is connected, or the app knows that it belongs to the identity. */
  | { readonly type: 'sign_in'; readonly userId: string }
  /**
   * `claims`: an account that was created in advance for the address, and that a bound invitation assigns to its owner.
   */
  | { readonly type: 'enroll'; readonly rule: InvitationRule; readonly claims?: string }
  /**
   * An account that the identity can be connected to once its owner has proved it. `identifier`: the login name for its
   * password prompt; `null`: no password proves it. `enrolls`: the account never proved the address that the source
   * vouches for, so that the identity may get an account of its own, under this rule.
   */
  | {
      readonly type: 'connect';
      readonly userId: string;
      readonly identifier: string | null;
      readonly enrolls?: InvitationRule;
    }
  | IdentityDenial;

export interface SignedInUser {
  readonly userId: string;
  /** True: authenticated within the last ten minutes. */
  readonly recently: boolean;
}

interface DecisionParts<User> {
  readonly sources: Pick<SourceRegistry, 'get'>;
  readonly users: UserStore<User>;
  readonly connections: Connections;
  readonly redemptions: Redemptions | null;
  readonly identities: Pick<TracedIdentities, 'invitationRule' | 'connect' | 'healedBy'>;
  /** For users that were provisioned earlier: the app's own lookup of an identity without a connection. */
  readonly findUser: ((identity: PendingIdentity) => Promise<User | null> | User | null) | null;
  /** True: the flow that connects accounts asks for passwords. */
  readonly asksPasswords: boolean;
  /** Called with the id of an account that is about to be connected, which its owner asks for on no page. */
  readonly announce?: Announce<string>;
}

/**
 * authentik's decision table for sources, with differences that protect the owners of accounts: an address counts only
 * if it is verified, an inactive account is refused on every path, and a matching account is connected only after its
 * owner has signed in to it, unless the source's rules say otherwise.
 */
export async function decideIdentity<User>(
  parts: DecisionParts<User>,
  identity: PendingIdentity,
  signedIn: SignedInUser | null,
): Promise<IdentityDecision> {
  const { sources, users, connections, identities, findUser } = parts;
  const source = sources.get(identity.source);
  // `admit` needs this check; a built-in source has already made it.
  if (source === null || !(await source.enabled())) return denyIdentity('disabled', identity);

  const connected = (await connections.find(identity)) ?? (await identities.healedBy(identity));
  if (connected !== null) {
    if (signedIn !== null && signedIn.userId !== connected) return denyForAnother(users, identity, signedIn);
    const user = await users.findById(connected);
    // A connection to an account that is gone keeps its identity: a removed user does not get a new account by signing
    // in.
    return user === null || !users.toProfile(user).active
      ? denyIdentity('inactive', identity)
      : { type: 'sign_in', userId: users.toProfile(user).id };
  }
  const known = (await findUser?.(identity)) ?? null;
  if (known !== null) {
    if (signedIn !== null && signedIn.userId !== users.toProfile(known).id)
      return denyForAnother(users, identity, signedIn);
    return connectAndSignIn(parts, identity, known, () => findUser?.(identity) ?? null);
  }
  return signedIn === null ? matchAccount(parts, identity, source) : linkTo(parts, identity, signedIn);
}

/** Compares an identity without a connection with the existing accounts. */
async function matchAccount<User>(
  parts: DecisionParts<User>,
  identity: PendingIdentity,
  { matching, linkWithoutProof, registration }: Source,
): Promise<IdentityDecision> {
  const { users, identities } = parts;
  const [field, action] = matchingOf(matching);
  const email = identity.emailVerified ? identity.email : null;
  const value = field === 'username' ? identity.username : email;
  const enroll = async (): Promise<IdentityDecision> =>
    registration === 'never'
      ? denyIdentity('sign_in_only', identity)
      : { type: 'enroll', rule: await identities.invitationRule(identity) };
  if (value === null) {
    if (matching === 'identifier') return enroll();
    return denyIdentity(field === 'email' ? 'no_address' : 'no_username', identity);
  }
  const holder = await users.findByLogin(field, value);
  if (holder === null) {
    // An account with the address is reported before a code is asked for, even if usernames are matched.
    const owner = field === 'username' && email !== null ? await users.findByLogin('email', email) : null;
    return owner === null ? enroll() : proveAccount(parts, identity, owner, 'email');
  }
  if (action === 'deny') return denyIdentity('matched', identity);
  return action === 'link' && linkWithoutProof && (await isNoStrangers(parts, identity, { holder, field }))
    ? connectAndSignIn(parts, identity, holder, () => users.findByLogin(field, value))
    : proveAccount(parts, identity, holder, field);
}

/**
 * False for an account that a person may have who typed the address of another: they would share it with its owner. One
 * that was created in advance has no sign-in yet.
 */
async function isNoStrangers<User>(
  parts: DecisionParts<User>,
  identity: PendingIdentity,
  { holder, field }: { readonly holder: User; readonly field: LoginField },
): Promise<boolean> {
  if (field !== 'email' || !isUnprovedAddress(parts.users.toProfile(holder))) return true;
  return (await claimableAccount(parts, identity)) !== null;
}

/** `find`: how the account was found. It may have lost the address in the moment of the write. */
async function connectAndSignIn<User>(
  { users, identities, announce }: DecisionParts<User>,
  identity: PendingIdentity,
  user: User,
  find: () => Awaitable<User | null>,
): Promise<IdentityDecision> {
  const { id, active } = users.toProfile(user);
  if (!active) return denyIdentity('inactive', identity);
  const holds = async (): Promise<boolean> => {
    const found = await find();
    return found !== null && users.toProfile(found).id === id;
  };
  const answer = await identities.connect(id, identity, { holds, ...(announce === undefined ? {} : { announce }) });
  return answer.type === 'connected' ? { type: 'sign_in', userId: id } : answer;
}

/** The account has the address or the username: its owner proves it, or claims it if it was created in advance. */
async function proveAccount<User>(
  parts: DecisionParts<User>,
  identity: PendingIdentity,
  user: User,
  field: LoginField,
): Promise<IdentityDecision> {
  const profile = parts.users.toProfile(user);
  const { id: userId, active, username = null, email = null } = profile;
  if (!active) return denyIdentity('inactive', identity);
  const registers = field === 'email' && parts.sources.get(identity.source)?.registration !== 'never';
  const rule = registers ? await parts.identities.invitationRule(identity) : 'never';
  const waiting = rule === 'never' ? null : await claimableAccount(parts, identity);
  if (waiting !== null) return { type: 'enroll', rule, claims: waiting.id };
  const identifier = field === 'email' ? email : username;
  // Without a password, another source or another sign-in proves the account; the identity waits in the plan.
  return {
    type: 'connect',
    userId,
    identifier: (await isProvable(parts, user, identifier)) ? identifier : null,
    ...(registers && parts.users.update !== undefined && isUnprovedAddress(profile) ? { enrolls: rule } : {}),
  };
}

/** The visitor is signed in and the identity has no account. */
async function linkTo<User>(
  parts: DecisionParts<User>,
  identity: PendingIdentity,
  { userId, recently }: SignedInUser,
): Promise<IdentityDecision> {
  const user = await parts.users.findById(userId);
  if (user === null) return denyIdentity('inactive', identity);
  const { username = null, email = null } = parts.users.toProfile(user);
  const identifier = email ?? username;
  // An account that no password proves requires a recent sign-in.
  return recently || (await isProvable(parts, user, identifier))
    ? { type: 'connect', userId, identifier }
    : denyIdentity('sign_in_again', identity);
}

async function isProvable<User>(
  { users, asksPasswords }: DecisionParts<User>,
  user: User,
  identifier: string | null,
): Promise<boolean> {
  return asksPasswords && identifier !== null && (await users.passwordHash?.(user)) !== null;
}

/** A user with two accounts needs to know which of them is the reason. */
async function denyForAnother<User>(
  users: UserStore<User>,
  { sourceName: source }: PendingIdentity,
  { userId }: SignedInUser,
): Promise<IdentityDenial> {
  const user = await users.findById(userId);
  const { username = null, email = null } = user === null ? {} : users.toProfile(user);
  const who = username ?? email;
  const said = who === null ? message('source.another', { source }) : message('source.another_named', { source, who });
  return { type: 'denied', reason: 'another_account', message: said };
}

function matchingOf(mode: MatchingMode): readonly [LoginField, 'prove' | 'link' | 'deny'] {
  switch (mode) {
    // Not for linking: the owner of an account is informed of it before a code is asked for.
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
