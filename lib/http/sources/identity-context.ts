import type { Context } from '../../flow/context.js';
import type { Flow } from '../../flow/flow.js';
import type { PendingIdentity } from '../../ports/pending-identity.js';
import type { SourceIdentity } from '../../ports/source.js';
import type { IdentityDecision } from '../../sources/identities/decide-identity.js';

/** What a flow, new or running, receives about an identity that a source returned. */
export function contextOfIdentity(identity: PendingIdentity): Context {
  return { identity, is_sso: true, source: identity.source, oauth_userinfo: identity.claims };
}

/**
 * For an identity that needs a code. The provider's values are the prompts' initial values; an address counts only if
 * the provider has verified it. A username is proposed only if the flow asks for one: only that page checks it. Values
 * that the provider does not return are listed as well: another person may have been identified in this plan before.
 */
export function gateContext(
  flow: Flow,
  identity: PendingIdentity,
  { rule, claims }: Extract<IdentityDecision, { type: 'enroll' }>,
): Context {
  const email = identity.emailVerified ? identity.email : null;
  return {
    ...contextOfIdentity(identity),
    invitation_rule: claims === undefined ? rule : 'required',
    account_to_claim: claims ?? null,
    prompt_data: { username: asks(flow, 'username') ? identity.username : null, email, name: identity.name },
    fixed_data: { email },
  };
}

function asks(flow: Flow, field: string): boolean {
  return flow.bindings.some(({ stage }) => stage.asking && stage.fields.includes(field));
}

interface ConnectTerms {
  /** The user is signed in and has authenticated recently. */
  readonly recently: boolean;
  /** The flow that connects, and the one that creates accounts. */
  readonly connect: Flow;
  readonly gate: Flow;
}

/** For an identity to connect to an account, or to get one of its own where the account never proved its address. */
export function connectContext(
  identity: PendingIdentity,
  { userId, identifier, enrolls }: Extract<IdentityDecision, { type: 'connect' }>,
  { recently, connect, gate }: ConnectTerms,
): Context {
  const asks = connect.bindings.some(({ stage }) => stage.writes.includes('enroll_instead'));
  return {
    ...(asks && enrolls !== undefined
      ? { ...gateContext(gate, identity, { type: 'enroll', rule: enrolls }), enroll_instead: gate.slug }
      : contextOfIdentity(identity)),
    connect_to: userId,
    signed_in_recently: recently,
    ...(identifier === null ? {} : { pending_user_identifier: identifier }),
  };
}

/** True for a flow that creates accounts: it continues with an identity that a source returns while it runs. */
export function createsAccounts(flow: Flow): boolean {
  return flow.bindings.some(({ stage }) => !stage.asking && stage.creates);
}

/** A source's identity in the form that a plan may store. */
export function pendingIdentity(sourceName: string, said: SourceIdentity, now: number): PendingIdentity {
  return {
    source: said.source,
    sourceName,
    issuer: said.issuer,
    subject: said.subject,
    pendingSince: now,
    email: said.email ?? null,
    emailVerified: said.emailVerified,
    otherEmails: said.otherEmails ?? [],
    username: said.username ?? null,
    name: said.name ?? null,
    claims: said.claims,
  };
}
