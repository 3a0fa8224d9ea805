import { getPath } from '../base/json.js';
import type { Secret } from '../base/secret.js';
import type { CodeQuestion, GateVerdict } from '../ports/invitation-gate.js';
import type { PendingIdentity } from '../ports/pending-identity.js';
import type { Patch } from './context.js';
import type { StageContext } from './facts.js';

/** The context keys that an accepted code writes. */
export type CodeKey = 'invitation' | 'inviter_name' | 'fixed_data' | 'redirect' | 'email_verified';
export const codeKeys = [
  'invitation',
  'inviter_name',
  'fixed_data',
  'redirect',
  'email_verified',
] as const satisfies readonly CodeKey[];

/** What the gate is asked about a code, by a person who may have typed an address before. */
export function codeQuestion(
  { context, facts, flow, enrollmentId, services }: StageContext,
  code: Secret,
  typedEmail: unknown = getPath(context.prompt_data ?? {}, 'email'),
): CodeQuestion {
  const { identity } = context;
  return {
    code,
    proof: facts.entryLink.proof,
    flow: flow.slug,
    enrollmentId,
    address: facts.address,
    email: typeof typedEmail === 'string' ? typedEmail : null,
    vouched: identity === undefined ? undefined : services.identities?.vouched(identity),
    tenant: facts.tenant,
    reserve: true,
  };
}

/** What a code that is accepted now writes into the plan. Never the code. */
export function acceptedCode(
  verdict: Extract<GateVerdict, { readonly ok: true }>,
  { context: { identity, redirect: linked }, facts: { now } }: Pick<StageContext, 'context' | 'facts'>,
): Patch<CodeKey> {
  const { reservedSeconds } = verdict;
  // `null` too: an address that another invitation fixed before must not remain.
  const fixed = { email: identity === undefined ? verdict.email : vouchedEmail(identity) };
  // The target of the link takes precedence over the invitation's.
  const redirect = linked ?? verdict.redirect;
  return {
    invitation: {
      ...verdict.invitation,
      data: verdict.data,
      ...(reservedSeconds === undefined ? {} : { reservedUntil: now + Math.floor(reservedSeconds) * 1000 }),
    },
    // `null` too, as for the address.
    inviter_name: verdict.inviter,
    fixed_data: fixed,
    // A typed or copied code proves no mailbox.
    ...(verdict.proved === null ? {} : { email_verified: verdict.proved }),
    ...(redirect === null ? {} : { redirect }),
  };
}

/** The address that the account will have. Never the invitation's: a visitor from a source has not proved that one. */
function vouchedEmail({ email, emailVerified }: PendingIdentity): string | null {
  return emailVerified ? email : null;
}
