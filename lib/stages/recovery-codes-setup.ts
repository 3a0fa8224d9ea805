import type { JsonObject } from '../base/json.js';
import { message } from '../base/message.js';
import { defineStage } from '../flow/define-stage.js';
import type { AskingStage, PromptField } from '../flow/stage.js';
import { factorUser, secondFactorsOf } from './authenticator-user.js';
import { factorField } from './code-field.js';

interface RecoveryCodesSetupSettings {
  /** How many codes; default 10. */
  readonly count?: number;
}

/**
 * Shows the plan's user new recovery codes. They are stored, as keyed digests, when the user has confirmed that they
 * are saved; earlier codes end then.
 */
const stage = defineStage<
  RecoveryCodesSetupSettings,
  { readonly fields: readonly PromptField[]; readonly codes: readonly string[] } & JsonObject,
  { readonly set: string }
>({
  kind: 'authenticator_static',
  settings: (joi) => ({ count: joi.number().integer().min(1).max(50) }),
  component: 'ak-stage-authenticator-static',
  view: 'pages/authenticator',
  needsRecentAuthentication: true,
  secondFactor: () => ({ use: 'sets_up', types: ['recovery_codes'] }),
  requires: ['authenticators'],
  needs: ['pending_user'],
  fields: () => ['set'],
  consumes: () => ['set'],
  submit: () => message('authenticator.codes.submit'),

  challenge({ count = 10 }, at) {
    const user = factorUser(at);
    if (user === null) return { fields: [], codes: [] };
    const { codes, set } = secondFactorsOf(at).newRecoveryCodes(user, count);
    return {
      codes,
      fields: [
        factorField('codes', 'recovery_codes', { display: 'text', label: { id: 'authenticator.codes.label' } }),
        factorField('set', 'hidden', { display: 'none', input: 'hidden', initial_value: set }),
      ],
    };
  },

  read: (input) => ({ ok: true, value: { set: input['set'] ?? '' } }),

  async respond({ set }, { count = 10 }, at) {
    const user = factorUser(at);
    if (user === null) return { type: 'denied', message: message('authenticator.no_account') };
    const saved = await secondFactorsOf(at).saveRecoveryCodes(user, count, set);
    if (saved === 'ended') return { type: 'denied', message: message('notice.expired') };
    if (saved === 'unknown_set') return { type: 'invalid', errors: { set: [message('authenticator.codes.again')] } };
    return { type: 'completed', notice: message('notice.codes_saved') };
  },
});

/** Shows recovery codes for a user without their authenticator app. @throws ERR_ENROLLMENT_CONFIG for wrong settings */
export function recoveryCodesSetup(settings: Parameters<typeof stage>[0]): AskingStage {
  return stage({
    title: message('authenticator.codes.title'),
    intro: message('authenticator.codes.intro'),
    ...settings,
  });
}
