import { message } from '../base/message.js';
import type { RulesOf } from '../base/settings.js';
import type { StageBindingSpec } from '../flow/flow.js';
import type { Stage } from '../flow/stage.js';
import { ifNoAuthenticator } from '../policies/if-no-authenticator.js';
import { deny } from '../stages/deny.js';
import { recoveryCodesSetup } from '../stages/recovery-codes-setup.js';
import { totpSetup } from '../stages/totp-setup.js';
import { validateAuthenticator } from '../stages/validate-authenticator.js';

export interface SecondFactorSettings {
  /**
   * What happens to users who have no authenticator: `skip` (the default) signs them in, `deny` refuses them, and
   * `configure` has them set up an authenticator app and recovery codes first.
   */
  readonly notConfiguredAction?: 'skip' | 'deny' | 'configure';
}

export const secondFactorRule = (joi: Parameters<RulesOf<SecondFactorSettings>>[0]) =>
  joi.alternatives(joi.boolean(), joi.object({ notConfiguredAction: joi.valid('skip', 'deny', 'configure') }));

/**
 * The stages of the second factor, after the one that proves the first. Who has none is decided before the code is
 * asked for: an authenticator that is added meanwhile is asked for, never skipped.
 */
export function secondFactorStages(wish: boolean | SecondFactorSettings): readonly (Stage | StageBindingSpec)[] {
  if (wish === false) return [];
  const action = wish === true ? 'skip' : (wish.notConfiguredAction ?? 'skip');
  const validate = validateAuthenticator({
    name: 'second-factor',
    submit: message('sign_in.submit'),
    required: action !== 'skip',
  });
  switch (action) {
    case 'skip':
      return [validate];
    case 'deny':
      return [
        {
          stage: deny({ name: 'second-factor-missing', message: message('authenticator.missing') }),
          policies: [ifNoAuthenticator()],
        },
        validate,
      ];
    case 'configure':
      return [
        { stage: totpSetup({ name: 'totp-setup' }), policies: [ifNoAuthenticator()] },
        validate,
        { stage: recoveryCodesSetup({ name: 'recovery-codes' }), policies: [ifNoAuthenticator('recovery_codes')] },
      ];
  }
}
