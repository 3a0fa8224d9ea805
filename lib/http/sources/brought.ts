import type { Context } from '../../flow/context.js';
import type { Flow } from '../../flow/flow.js';
import type { PendingIdentity } from '../../ports/pending-identity.js';
import type { Recognition } from './sources-web.js';

/** What a flow of its own, or a running one, learns of somebody whom a source recognised. */
export function broughtBy(identity: PendingIdentity): Context {
  return { identity, is_sso: true, source: identity.source, oauth_userinfo: identity.claims };
}

/**
 * For whom a code is asked: what the provider proposes are prompts' first values, and an address counts only where it
 * vouches for it. A user name is proposed only where the flow asks for one: nobody else would see whether it may be had.
 * What the provider does not tell is named, too: somebody else may have been recognised in this plan before.
 */
export function broughtForGate(
  flow: Flow,
  identity: PendingIdentity,
  { rule, claims }: Extract<Recognition, { type: 'enroll' }>,
): Context {
  const email = identity.emailVerified ? identity.email : null;
  return {
    ...broughtBy(identity),
    invitation_rule: claims === undefined ? rule : 'required',
    account_to_claim: claims ?? null,
    prompt_data: { username: asks(flow, 'username') ? identity.username : null, email, name: identity.name },
    fixed_data: { email },
  };
}

function asks(flow: Flow, field: string): boolean {
  return flow.bindings.some(({ stage }) => stage.asking && stage.fields.includes(field));
}

/** For whom an account is to be connected; `recently`: they are signed in to it, and have shown so just now. */
export function broughtForConnect(
  identity: PendingIdentity,
  { userId, identifier }: Extract<Recognition, { type: 'connect' }>,
  recently: boolean,
): Context {
  return {
    ...broughtBy(identity),
    connect_to: userId,
    signed_in_recently: recently,
    ...(identifier === null ? {} : { pending_user_identifier: identifier }),
  };
}
