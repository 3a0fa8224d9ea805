import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkFlows } from '../../lib/flow/check-flow.js';
import { unaskedFactors } from '../../lib/flow/check-second-factors.js';
import { defineFlow, type Flow } from '../../lib/flow/flow.js';
import { accountSettings, changeFlow, passkeySignInFlow, recoveryFlow, setPasswordFlow } from '../../lib/flows.js';
import { signInFlow } from '../../lib/index.js';
import { emailStage } from '../../lib/stages/email.js';
import { identification } from '../../lib/stages/identification.js';
import { username } from '../../lib/prompts/username.js';
import { dummyStage } from '../../lib/stages/dummy.js';
import { promptStage } from '../../lib/stages/prompt.js';
import { userLogin } from '../../lib/stages/user-login.js';
import { userWrite } from '../../lib/stages/user-write.js';
import { validateAuthenticator } from '../../lib/stages/validate-authenticator.js';

const issuesOf = (...flows: readonly Flow[]): readonly string[] => checkFlows(flows, { registration: 'open' });
const asking = signInFlow({ slug: 'sign-in', secondFactor: true });
const plain = signInFlow({ slug: 'sign-in' });

describe('a flow by a mailbox that replaces the password', () => {
  for (const [name, make] of Object.entries({ recoveryFlow, setPasswordFlow }))
    it(`is refused where the sign-in asks for a second factor that it does not, unless that is meant: ${name}`, () => {
      assert.deepEqual(issuesOf(asking, make({ slug: 'own' })), [
        `flows.own: it replaces the password without the second factor that 'sign-in' asks for; set secondFactor: true of recoveryFlow, or setPasswordFlow, or false where that is meant; in a flow of your own, add validateAuthenticator() before that, or set skipsSecondFactor: true where that is meant`,
      ]);
      for (const secondFactor of [true, false])
        assert.deepEqual(issuesOf(asking, make({ slug: 'own', secondFactor })), []);
      assert.deepEqual(issuesOf(plain, make({ slug: 'own' })), []);
    });
});

describe('a recovery that signs in', () => {
  const recovery = (settings: object): Flow => recoveryFlow({ slug: 'recovery', signIn: true, ...settings });

  it('is refused where the sign-in asks for a second factor that it does not, unless that is said to be meant', () => {
    assert.deepEqual(issuesOf(asking, recovery({})), [
      "flows.recovery: it signs in without the second factor that 'sign-in' asks for; set secondFactor: true of recoveryFlow, or setPasswordFlow, or false where that is meant; in a flow of your own, add validateAuthenticator() before that, or set skipsSecondFactor: true where that is meant",
    ]);
    for (const secondFactor of [true, false]) assert.deepEqual(issuesOf(asking, recovery({ secondFactor })), []);
    assert.deepEqual(issuesOf(asking, changeFlow(recovery({ secondFactor: false }), { target: '/in' })), []);
    assert.deepEqual(issuesOf(plain, recovery({})), []);
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

describe('a flow that a link begins', () => {
  const welcome = (more: object = {}): Flow =>
    defineFlow({
      ...{ slug: 'welcome', title: 'Welcome', designation: 'stage_configuration', authentication: 'require_token' },
      providedContext: ['pending_user'],
      stages: [dummyStage({ name: 'page' }), userLogin({ name: 'login' })],
      ...more,
    });

  it('is refused where it signs in without the second factor that the sign-in asks for', () => {
    assert.deepEqual(issuesOf(asking, welcome()), [
      "flows.welcome: it signs in without the second factor that 'sign-in' asks for; add validateAuthenticator() before that, or set skipsSecondFactor: true where that is meant",
    ]);
    assert.deepEqual(issuesOf(plain, welcome()), []);
    assert.deepEqual(issuesOf(asking, welcome({ skipsSecondFactor: true })), []);
    const asks = [validateAuthenticator({ name: 'factor' }), userLogin({ name: 'login' })];
    assert.deepEqual(issuesOf(asking, welcome({ stages: asks })), []);
    const stays = [dummyStage({ name: 'page' })];
    assert.deepEqual(issuesOf(asking, welcome({ stages: stays })), []);
  });

  it('may sign in the account that it creates', () => {
    const stages = [
      promptStage({ name: 'account', prompts: [username({ key: 'username', label: 'Name' })] }),
      userWrite({ name: 'write' }),
      userLogin({ name: 'login' }),
    ];
    assert.deepEqual(issuesOf(asking, welcome({ designation: 'enrollment', stages })), []);
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
