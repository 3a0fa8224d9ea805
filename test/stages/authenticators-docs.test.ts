import assert from 'node:assert/strict';
import { defineFlow, identification, userLogin } from '../../lib/index.js';
import { checkFlows } from '../../lib/flow/check-flow.js';
import { ifNoAuthenticator } from '../../lib/policies.js';
import { recoveryCodesSetup, totpSetup, validateAuthenticator } from '../../lib/stages.js';

describe('docs/stages/authenticators.md', () => {
  it('has a flow of its own that passes the checks of flows', () => {
    const staff = defineFlow({
      ...{ slug: 'staff', title: 'Sign in', designation: 'authentication' },
      authentication: 'require_unauthenticated',
      stages: [
        identification({ name: 'identification', password: true }),
        { stage: totpSetup({ name: 'totp', digits: 8 }), policies: [ifNoAuthenticator()] },
        validateAuthenticator({ name: 'second-factor', required: true }),
        { stage: recoveryCodesSetup({ name: 'codes', count: 10 }), policies: [ifNoAuthenticator('recovery_codes')] },
        userLogin({ name: 'user-login' }),
      ],
    });
    assert.deepEqual(checkFlows([staff], { registration: 'invite-only' }), []);
  });

  it('a set-up before the person is known is a mistake', () => {
    const early = defineFlow({
      ...{ slug: 'early', title: 'T', designation: 'stage_configuration' },
      stages: [totpSetup({ name: 'totp' })],
    });
    assert.match(
      checkFlows([early], { registration: 'invite-only' }).join('\n'),
      /flows\.early\.totp: no earlier stage writes 'pending_user', which authenticator_totp needs/,
    );
  });
});
