import assert from 'node:assert/strict';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import { defineFlow, identification, userLogin } from '../../lib/index.js';
import { checkFlows } from '../../lib/flow/check-flow.js';
import { ifNoAuthenticator } from '../../lib/policies.js';
import { recoveryCodesSetup, totpSetup, validateAuthenticator } from '../../lib/stages.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { typeErrors } from '../support/type-check.js';

describe('docs/stages/authenticators.md', () => {
  it('has examples that compile', () => {
    const text = readFileSync(join(packageRoot, 'docs/stages/authenticators.md'), 'utf8');
    const folder = temporaryFolder();
    symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const files = [...text.matchAll(/^```ts\n\/\/ (\S+)\n([^]*?)```/gm)].map(([, name = '', code = '']) => {
      const file = join(folder, name);
      writeFileSync(file, code);
      return file;
    });
    assert.equal(files.length, 3);
    assert.deepEqual(typeErrors(files), []);
  });

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
