import type { Context } from '../../../lib/flow/context.js';
import type { StageContext } from '../../../lib/flow/facts.js';
import type { PendingIdentity } from '../../../lib/ports/pending-identity.js';
import type { AddressPolicy } from '../../../lib/ports/identities.js';
import type { Scene } from '../executor/scene.js';
import { question } from '../prompts/question.js';

/** A person recognized by the source Acme. */
export function identityOf(email: string | null, more: Partial<PendingIdentity> = {}): PendingIdentity {
  return {
    source: 'acme',
    sourceName: 'Acme',
    issuer: 'https://acme.example',
    subject: 's1',
    pendingSince: 0,
    email,
    emailVerified: email !== null,
    otherEmails: [],
    username: null,
    name: null,
    claims: {},
    ...more,
  };
}

/** What a stage or policy receives about them, under an address policy for Acme. */
export function recognized(
  scene: Scene,
  identity: PendingIdentity,
  { policy = 'strict', context = {} }: { readonly policy?: AddressPolicy; readonly context?: Context } = {},
): StageContext {
  const at = question({ identity, is_sso: true, ...context }, scene);
  return {
    ...at,
    services: {
      ...at.services,
      identities: {
        invitationRule: async () => context.invitation_rule ?? 'required',
        refusal: () => Promise.resolve(null),
        isConnected: () => Promise.resolve(false),
        vouched: ({ email, emailVerified, otherEmails }) => ({
          policy,
          addresses: [...(emailVerified && email !== null ? [email] : []), ...otherEmails],
        }),
        connect: async () => ({ type: 'connected', isNew: true }),
      },
    },
  };
}
