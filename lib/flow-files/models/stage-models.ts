import { staticModel, totpModel, validate, webauthnModel } from './authenticator-stages.js';
import { builtInStage } from './built-in.js';
import { captchaModel, codeStage } from './code-parts.js';
import {
  consentModel,
  denyModel,
  dummyStageModel,
  invitationStageModel,
  redirectModel,
  sourceStageModel,
} from './deciding-stages.js';
import { emailModel } from './email-stage.js';
import { identificationModel } from './identification-stage.js';
import { passwordStageModel } from './password-stage.js';
import { promptStage } from './prompt-stage.js';
import { builtInStageModel, codeStageModel, promptStageModel, validateModel } from './model-names.js';
import type { StageModel } from './stage-model.js';
import { userDeleteModel, userLoginModel, userLogoutModel, userWriteModel } from './user-stages.js';

/** By model. */
export const stageModels: ReadonlyMap<string, StageModel> = new Map([
  [promptStageModel, promptStage],
  ['authentik_stages_identification.identificationstage', identificationModel],
  ['authentik_stages_password.passwordstage', passwordStageModel],
  ['authentik_stages_user_write.userwritestage', userWriteModel],
  ['authentik_stages_user_login.userloginstage', userLoginModel],
  ['authentik_stages_user_logout.userlogoutstage', userLogoutModel],
  ['authentik_stages_user_delete.userdeletestage', userDeleteModel],
  ['authentik_stages_email.emailstage', emailModel],
  ['authentik_stages_invitation.invitationstage', invitationStageModel],
  ['authentik_stages_deny.denystage', denyModel],
  ['authentik_stages_redirect.redirectstage', redirectModel],
  ['authentik_stages_consent.consentstage', consentModel],
  ['authentik_stages_dummy.dummystage', dummyStageModel],
  ['authentik_stages_source.sourcestage', sourceStageModel],
  ['authentik_stages_captcha.captchastage', captchaModel],
  ['authentik_stages_authenticator_totp.authenticatortotpstage', totpModel],
  ['authentik_stages_authenticator_static.authenticatorstaticstage', staticModel],
  ['authentik_stages_authenticator_webauthn.authenticatorwebauthnstage', webauthnModel],
  // Its name before 2025.
  ['authentik_stages_authenticator_webauthn.authenticatewebauthnstage', webauthnModel],
  [validateModel, validate],
  [codeStageModel, codeStage],
  [builtInStageModel, { make: builtInStage }],
]);
