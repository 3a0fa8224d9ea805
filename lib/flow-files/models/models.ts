import type { ModelKind } from '../records/apply.js';
import { isOfAuthentik } from './authentik-apps.js';
import {
  brandModel,
  builtInPromptModel,
  codePromptModel,
  flowModel,
  groupModel,
  policyBindingModel,
  promptModel,
  stageBindingModel,
} from './model-names.js';
import { policyModels } from './policy-model.js';
import { stageModels } from './stage-models.js';

/** Every model that an import understands. */
export const knownModels: readonly string[] = [
  flowModel,
  stageBindingModel,
  policyBindingModel,
  promptModel,
  codePromptModel,
  builtInPromptModel,
  groupModel,
  brandModel,
  ...stageModels.keys(),
  ...policyModels.keys(),
];

export function modelKind(model: string): ModelKind {
  if (knownModels.includes(model)) return 'known';
  // A slip in the name of a known model must not pass as one of authentik's others.
  const [app = ''] = model.split('.');
  const isKnownApp = knownModels.some((known) => known.startsWith(`${app}.`));
  return isOfAuthentik(model) && !(isKnownApp && !otherModels.has(model)) ? 'foreign' : 'unknown';
}

/** Models of apps that are known in part. */
const otherModels: ReadonlySet<string> = new Set([
  'authentik_core.user',
  'authentik_core.token',
  'authentik_core.application',
  'authentik_core.applicationentitlement',
  'authentik_core.actor',
  'authentik_core.objectattribute',
  'authentik_stages_invitation.invitation',
  'authentik_stages_authenticator_static.staticdevice',
  'authentik_stages_authenticator_totp.totpdevice',
  'authentik_stages_authenticator_webauthn.webauthndevice',
]);
