import type { JsonObject } from '../base/json.js';
import { message } from '../base/message.js';
import { checkPackage } from '../base/optional-package.js';
import type { Secret } from '../base/secret.js';
import { defineStage } from '../flow/define-stage.js';
import type { AskingStage, PromptField } from '../flow/stage.js';
import type { TotpDigits } from '../ports/second-factors.js';
import { factorUser, secondFactorsOf } from './authenticator-user.js';
import { codeField, factorField, readCode } from './code-field.js';
import { setUpOutcome } from './set-up-outcome.js';

interface TotpSetupSettings {
  /** The digits of a code; default 6. Some apps ignore 8. */
  readonly digits?: TotpDigits;
}

/**
 * Sets up an authenticator app for the plan's user: shows a QR code and the key as text, and stores it once a code of
 * the app was right. Opening the page again shows the same key, until then.
 */
const stage = defineStage<
  TotpSetupSettings,
  { readonly fields: readonly PromptField[]; readonly config_url: string } & JsonObject,
  { readonly code: Secret },
  'second_factor'
>({
  kind: 'authenticator_totp',
  settings: (joi) => ({ digits: joi.valid(6, 8) }),
  component: 'ak-stage-authenticator-totp',
  view: 'pages/authenticator',
  needsRecentAuthentication: true,
  secondFactor: () => ({ use: 'sets_up', types: ['totp'] }),
  requires: ['authenticators'],
  needs: ['pending_user'],
  writes: ['second_factor'],
  fields: () => ['code'],
  consumes: () => ['code'],
  secretFields: () => ['code'],
  oneTimeCodeFields: () => ['code'],
  submit: () => message('authenticator.totp.submit'),

  async challenge({ digits = 6 }, at) {
    const user = factorUser(at);
    if (user === null) return { fields: [], config_url: '' };
    const { secret, uri, qr } = await secondFactorsOf(at).enrollTotp(user, digits);
    return {
      config_url: uri,
      qr,
      fields: [
        factorField('qr', 'qr_code', { display: 'text', label: { id: 'authenticator.totp.scan' } }),
        factorField('key', 'setup_key', {
          display: 'text',
          label: { id: 'authenticator.totp.key' },
          initial_value: secret,
        }),
        codeField(message('authenticator.totp.code'), message('authenticator.totp.help', { digits }), true),
      ],
    };
  },

  read: (input) => readCode(input['code']),

  async respond({ code }, { digits = 6 }, at) {
    const user = factorUser(at);
    if (user === null) return { type: 'denied', message: message('authenticator.no_account') };
    const answer = await secondFactorsOf(at).confirmTotp(user, code, digits);
    return setUpOutcome(answer, user.userId, {
      notice: message('notice.totp_added'),
      wrong: () => ({ code: [message('authenticator.totp.differs')] }),
    });
  },
});

/**
 * Sets up an authenticator app. Needs the packages `otplib` and `qrcode-generator`.
 * @throws ERR_ENROLLMENT_CONFIG for wrong settings, and without the packages
 */
export function totpSetup(settings: Parameters<typeof stage>[0]): AskingStage {
  const made = stage({
    title: message('authenticator.totp.title'),
    intro: message('authenticator.totp.intro'),
    ...settings,
  });
  for (const name of ['otplib', 'qrcode-generator']) checkPackage(name, 'totpSetup');
  return made;
}
