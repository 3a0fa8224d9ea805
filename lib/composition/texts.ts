import type { Texts } from '../base/message.js';
import { lookupMessages } from '../executor/account-lookups.js';
import { newPlanMessages } from '../executor/new-plan-limit.js';
import { policyMessages } from '../executor/policy-engine.js';
import { accessMessages } from '../executor/flow-access.js';
import type { Flow } from '../flow/flow.js';
import { textsOfFlows } from '../flow/texts-of-flows.js';
import { guardTexts } from '../http/guards/refusing.js';
import { recognisedTexts } from '../http/sources/source-texts.js';
import { invitationTexts } from '../invitations/access/refusal.js';
import { pageTexts } from '../pages/texts.js';
import { sourceTexts } from '../sources/problem.js';
import { credentialTexts } from '../users/credentials.js';
import { gateMessages } from '../users/gated-accounts.js';
import { identityTexts } from '../sources/identities/identities.js';

/** The default text of every sentence that a visitor can read. */
export function textsOf(flows: readonly Flow[]): Texts {
  return {
    ...pageTexts,
    ...policyMessages,
    ...accessMessages,
    ...lookupMessages,
    ...newPlanMessages,
    ...invitationTexts,
    ...gateMessages,
    ...credentialTexts,
    ...guardTexts,
    ...sourceTexts,
    ...recognisedTexts,
    ...identityTexts,
    ...textsOfFlows(flows),
  };
}
