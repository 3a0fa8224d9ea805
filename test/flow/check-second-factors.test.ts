import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkFlows } from '../../lib/flow/check-flow.js';
import { unaskedFactors } from '../../lib/flow/check-second-factors.js';
import { defineFlow, type Flow } from '../../lib/flow/flow.js';
import { accountSettings, changeFlow, passkeySignInFlow, recoveryFlow } from '../../lib/flows.js';
import { signInFlow } from '../../lib/index.js';
import { emailStage } from '../../lib/stages/email.js';
import { identification } from '../../lib/stages/identification.js';
import { userLogin } from '../../lib/stages/user-login.js';

const issuesOf = (...flows: readonly Flow[]): readonly string[] => checkFlows(flows, { registration: 'open' });
const asking = signInFlow({ slug: 'sign-in', secondFactor: true });
const plain = signInFlow({ slug: 'sign-in' });

describe('a recovery that signs in', () => {
  const recovery = (settings: object): Flow => recoveryFlow({ slug: 'recovery', signIn: true, ...settings });

  it('is refused where the sign-in asks for a second factor that it does not, unless that is said to be meant', () => {
    assert.deepEqual(issuesOf(asking, recovery({})), [
      "flows.recovery: it signs in without the second factor that 'sign-in' asks for; set secondFactor: true, or false where that is meant",
    ]);
    for (const secondFactor of [true, false]) assert.deepEqual(issuesOf(asking, recovery({ secondFactor })), []);
    assert.deepEqual(issuesOf(asking, changeFlow(recovery({ secondFactor: false }), { target: '/in' })), []);
    assert.deepEqual(issuesOf(plain, recovery({})), []);
    assert.deepEqual(issuesOf(asking, recovery({ signIn: false })), []);
  });

  it('from parts of its own is refused too', () => {
    const own = {
      ...{ slug: 'own', title: 'Own', designation: 'recovery' as const },
      stages: [
        identification({ name: 'name' }),
        emailStage({ name: 'email', recipient: 'identified' }),
        userLogin({ name: 'login' }),
      ],
    };
    assert.equal(issuesOf(asking, defineFlow(own)).length, 1);
    assert.deepEqual(issuesOf(asking, defineFlow({ ...own, skipsSecondFactor: true })), []);
  });
});

describe('second factors that are set up', () => {
  const settings = (...authenticators: readonly ('totp' | 'webauthn')[]): readonly Flow[] =>
    accountSettings({ authenticators });

  it('are warned of where a sign-in never asks for them', () => {
    assert.equal(
      unaskedFactors([plain, ...settings('totp')]),
      "users set up second factors in 'account-totp', and 'sign-in' never asks for them; set secondFactor: true, or false where that is meant",
    );
    const meant = signInFlow({ slug: 'sign-in', secondFactor: false });
    for (const flows of [
      [asking, ...settings('totp')],
      [meant, ...settings('totp')],
      [plain, ...settings()],
    ])
      assert.equal(unaskedFactors(flows), null);
  });

  it('are not where they are passkeys, and a flow signs in by a passkey alone', () => {
    const alone = passkeySignInFlow({ slug: 'passkey' });
    assert.equal(unaskedFactors([plain, alone, ...settings('webauthn')]), null);
    assert.match(unaskedFactors([plain, alone, ...settings('totp')]) ?? '', /'account-totp'/);
    assert.match(unaskedFactors([plain, ...settings('webauthn')]) ?? '', /'account-webauthn'/);
  });
});
