import { message } from '../base/message.js';
import { refuseSettings, type RulesOf } from '../base/settings.js';
import type { StageBindingSpec } from '../flow/flow.js';
import type { Stage } from '../flow/stage.js';
import { ifNoAuthenticator } from '../policies/if-no-authenticator.js';
import { deny } from '../stages/deny.js';
import { otherFactor, takesEveryType } from '../stages/other-factor.js';
import { recoveryCodesSetup } from '../stages/recovery-codes-setup.js';
import { totpSetup } from '../stages/totp-setup.js';
import {
  validateAuthenticator,
  validationRules,
  type ValidateAuthenticatorSettings,
} from '../stages/validate-authenticator.js';
import { webauthnSetup } from '../stages/webauthn-setup.js';

export interface SecondFactorSettings extends Omit<ValidateAuthenticatorSettings, 'required'> {
  /**
   * What happens to users who have no authenticator: `skip` (the default) signs them in, `deny` refuses them, and
   * `configure` has them set up one, and recovery codes, first.
   */
  readonly notConfiguredAction?: 'skip' | 'deny' | 'configure';
  /** What `configure` sets up: an authenticator app (`totp`, the default), or a passkey (`webauthn`). */
  readonly setUp?: 'totp' | 'webauthn';
}

export const secondFactorRule = (joi: Parameters<RulesOf<SecondFactorSettings>>[0]) =>
  joi.alternatives(
    joi.boolean(),
    joi.object({
      notConfiguredAction: joi.valid('skip', 'deny', 'configure'),
      setUp: joi.valid('totp', 'webauthn'),
      ...validationRules(joi),
    }),
  );

/**
 * The stages of the second factor, after the one that proves the first. Who has none is decided before the code is
 * asked for: an authenticator that is added meanwhile is asked for, never skipped. What `deviceClasses` leaves out does not
 * count, but is asked for before `configure` sets up another one.
 */
export function secondFactorStages(wish: boolean | SecondFactorSettings): readonly (Stage | StageBindingSpec)[] {
  if (wish === false) return [];
  const { notConfiguredAction: action = 'skip', setUp = 'totp', ...settings } = wish === true ? {} : wish;
  const { deviceClasses } = settings;
  const validate = validateAuthenticator({
    name: 'second-factor',
    submit: message('sign_in.submit'),
    required: action !== 'skip',
    ...settings,
  });
  switch (action) {
    case 'skip':
      return [validate];
    case 'deny':
      return [
        {
          stage: deny({ name: 'second-factor-missing', message: message('authenticator.missing') }),
          policies: [ifNoAuthenticator(deviceClasses)],
        },
        validate,
      ];
    case 'configure': {
      if (deviceClasses?.includes(setUp) === false)
        refuseSettings('secondFactor', {}, [`what setUp sets up must be among deviceClasses: '${setUp}'`]);
      const setup = setUp === 'totp' ? totpSetup({ name: 'totp-setup' }) : webauthnSetup({ name: 'webauthn-setup' });
      const codes = recoveryCodesSetup({ name: 'recovery-codes' });
      const other = otherFactor(deviceClasses, 'other-factor');
      const othersProved = !takesEveryType(deviceClasses);
      return [
        ...(other === null ? [] : [{ stage: other, policies: [ifNoAuthenticator(deviceClasses)] }]),
        { stage: setup, policies: [ifNoAuthenticator(deviceClasses, { othersProved })] },
        validate,
        ...(deviceClasses?.includes('recovery_codes') === false
          ? []
          : [{ stage: codes, policies: [ifNoAuthenticator('recovery_codes')] }]),
      ];
    }
  }
}
