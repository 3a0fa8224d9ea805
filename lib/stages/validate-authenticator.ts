import type { JsonObject } from '../base/json.js';
import { message } from '../base/message.js';
import { checkPackage } from '../base/optional-package.js';
import type { Secret } from '../base/secret.js';
import { defineStage } from '../flow/define-stage.js';
import type { AskingStage, PromptField } from '../flow/stage.js';
import { factorUser, secondFactorsOf } from './authenticator-user.js';
import { codeField, readCode } from './code-field.js';

interface ValidateAuthenticatorSettings {
  /** True: a user without an authenticator does not pass. Default false: they pass without a page. */
  readonly required?: boolean;
}

/**
 * Asks the plan's user for a code of their authenticator app, or a recovery code. It comes after the stage that proves
 * the first factor, and before `userLogin`. A user who set up an authenticator app in this plan is not asked again.
 */
const stage = defineStage<
  ValidateAuthenticatorSettings,
  { readonly fields: readonly PromptField[]; readonly device_classes: readonly string[] } & JsonObject,
  { readonly code: Secret },
  'second_factor'
>({
  kind: 'authenticator_validate',
  settings: (joi) => ({ required: joi.boolean() }),
  component: 'ak-stage-authenticator-validate',
  view: 'pages/authenticator',
  requires: ['authenticators'],
  needs: ['pending_user'],
  writes: ['second_factor'],
  fields: () => ['code'],
  consumes: () => ['code'],
  secretFields: () => ['code'],
  submit: () => message('form.submit'),

  async satisfied({ required = false }, at) {
    const user = factorUser(at);
    if (user === null) return false;
    if (at.context.second_factor === user.userId) return true;
    return !required && (await secondFactorsOf(at).typesOf(user.userId)).length === 0;
  },

  async challenge(_settings, at) {
    const user = factorUser(at);
    const types = user === null ? [] : await secondFactorsOf(at).typesOf(user.userId);
    const onlyCodes = types.length === 1 && types[0] === 'recovery_codes';
    const help = types.length > 1 ? message('authenticator.validate.help') : null;
    return {
      device_classes: types.map((type) => (type === 'recovery_codes' ? 'static' : type)),
      fields: [
        onlyCodes
          ? codeField(message('authenticator.validate.recovery_code'), null, false)
          : codeField(message('authenticator.validate.code'), help, types.length === 1),
      ],
    };
  },

  read: (input) => readCode(input['code']),

  async respond({ code }, _settings, at) {
    const user = factorUser(at);
    if (user === null) return { type: 'denied', message: message('authenticator.nobody') };
    const answer = await secondFactorsOf(at).check(user, code);
    switch (answer.type) {
      case 'right':
        return {
          type: 'completed',
          patch: { second_factor: user.userId },
          evidence: { type: 'stage_verified', user: user.userId },
        };
      case 'wrong':
        return { type: 'invalid', errors: { code: [answer.message] } };
      case 'throttled':
        return { type: 'invalid', errors: { '': [answer.message] }, retryAfterSeconds: answer.retryAfterSeconds };
    }
  },
});

/**
 * Asks for the second factor. Needs the package `otplib`.
 * @throws ERR_ENROLLMENT_CONFIG for wrong settings, and without the package
 */
export function validateAuthenticator(settings: Parameters<typeof stage>[0]): AskingStage {
  const made = stage({ title: message('authenticator.validate.title'), ...settings });
  checkPackage('otplib', 'validateAuthenticator');
  return made;
}
