import { authenticatorTypes } from '../base/authenticator-types.js';
import { message } from '../base/message.js';
import { messageRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import { defineFlow, type Flow } from '../flow/flow.js';
import type { FlowLink } from '../flow/flow-links.js';
import type { MessageLike } from '../flow/prompt.js';
import { ifHasPassword } from '../policies/if-has-password.js';
import { ifNoAuthenticator } from '../policies/if-no-authenticator.js';
import { confirmPassword } from '../stages/confirm-password.js';
import { hasCodesToReplace, hasPassword } from '../prompts/account-conditions.js';
import { deny } from '../stages/deny.js';
import { recoveryCodesSetup } from '../stages/recovery-codes-setup.js';
import { totpSetup } from '../stages/totp-setup.js';
import { validateAuthenticator } from '../stages/validate-authenticator.js';
import { webauthnSetup } from '../stages/webauthn-setup.js';

interface AuthenticatorSetupSettings {
  readonly slug: string;
  /**
   * `totp` sets up an authenticator app and `webauthn` a passkey, and recovery codes for those who have none;
   * `recovery_codes` replaces the codes.
   */
  readonly type: 'totp' | 'recovery_codes' | 'webauthn';
  readonly title?: MessageLike;
  /** Where to redirect at the end when no other target was requested; default `/`. */
  readonly target?: string;
}

const check = settingsCheck<AuthenticatorSetupSettings>('authenticatorSetupFlow', (joi) => ({
  slug: joi.string().required(),
  type: joi.valid(...authenticatorTypes).required(),
  title: messageRule(joi),
  target: joi.string(),
}));

const titles = {
  totp: 'authenticator.totp.title',
  recovery_codes: 'authenticator.codes.title',
  webauthn: 'authenticator.webauthn.title',
} as const;

/**
 * For signed-in users: their password, and a second factor where they have one → a new authenticator app or passkey,
 * or new recovery codes, for those who have an app or a passkey. Users without a password are refused, and pages have no
 * link for them.
 */
export function authenticatorSetupFlow(settings: AuthenticatorSetupSettings): Flow {
  check(settings);
  const { slug, type, target = '/' } = settings;
  const codes = recoveryCodesSetup({ name: 'recovery-codes' });
  // Alone, each sign-in would use one up.
  const codesNotAlone = {
    stage: deny({ name: 'codes-alone', message: message('authenticator.codes.alone') }),
    policies: [ifNoAuthenticator(['totp', 'webauthn'])],
  };
  // Without a password, the first page could not be answered.
  const password = {
    stage: deny({ name: 'password-missing', message: message('authenticator.password.missing') }),
    policies: [{ policy: ifHasPassword(), negate: true }],
  };
  return defineFlow({
    slug,
    title: settings.title ?? message(titles[type]),
    designation: 'stage_configuration',
    authentication: 'require_authenticated',
    target,
    stages: [
      password,
      confirmPassword({ name: 'password', title: message('authenticator.password.title') }),
      ...(type === 'recovery_codes' ? [codesNotAlone] : []),
      validateAuthenticator({ name: 'second-factor' }),
      ...(type === 'recovery_codes'
        ? [codes]
        : [
            type === 'totp' ? totpSetup({ name: 'totp-setup' }) : webauthnSetup({ name: 'webauthn-setup' }),
            { stage: codes, policies: [ifNoAuthenticator('recovery_codes')] },
          ]),
    ],
  });
}

/** The link to a set-up flow from the list of authenticators, where it is not refused: to a user without a password, or with recovery codes alone. */
export function authenticatorSetupLink(flow: string, type: AuthenticatorSetupSettings['type']): FlowLink {
  if (type !== 'recovery_codes') return { flow, label: message(titles[type]), when: hasPassword() };
  return { flow, label: message('authenticator.codes.new'), when: hasCodesToReplace() };
}
