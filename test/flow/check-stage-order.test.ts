import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkFlows } from '../../lib/flow/check-flow.js';
import { defineFlow, type FlowSpec } from '../../lib/flow/flow.js';
import { ifNoAuthenticator } from '../../lib/policies/if-no-authenticator.js';
import { inviteCode } from '../../lib/policies/invite-code.js';
import { email, emailToVerify } from '../../lib/prompts/email.js';
import { inviteCodePrompt } from '../../lib/prompts/invite-code.js';
import { username } from '../../lib/prompts/username.js';
import { acceptInvitation } from '../../lib/stages/accept-invitation.js';
import { emailStage } from '../../lib/stages/email.js';
import { identification } from '../../lib/stages/identification.js';
import { invitationStage } from '../../lib/stages/invitation.js';
import { passkeySignIn } from '../../lib/stages/passkey-sign-in.js';
import { passwordWrite } from '../../lib/stages/password-write.js';
import { promptStage } from '../../lib/stages/prompt.js';
import { recoveryCodesSetup } from '../../lib/stages/recovery-codes-setup.js';
import { sourceStage } from '../../lib/stages/source.js';
import { totpSetup } from '../../lib/stages/totp-setup.js';
import { userLogin } from '../../lib/stages/user-login.js';
import { userWrite } from '../../lib/stages/user-write.js';
import { validateAuthenticator } from '../../lib/stages/validate-authenticator.js';

type Stages = FlowSpec['stages'];
const issuesOf = (designation: string, stages: Stages, more: object = {}): readonly string[] => {
  const spec = { slug: 'a', title: 'A', stages, authentication: 'none', ...more } as const;
  return checkFlows([defineFlow({ ...spec, designation: designation as FlowSpec['designation'] })], {
    registration: 'open',
  });
};
const name = identification({ name: 'name', password: true });
const login = userLogin({ name: 'login' });
const factor = validateAuthenticator({ name: 'factor' });
const write = userWrite({ name: 'write' });
const code = (existingAccount: boolean) =>
  promptStage({ name: 'code', prompts: [inviteCodePrompt()], validation: [inviteCode({ existingAccount })] });
const account = (address: typeof email) =>
  promptStage({
    name: 'account',
    prompts: [username({ key: 'username', label: 'Name' }), address({ key: 'email', label: 'Email' })],
  });
const proof = emailStage({ name: 'proof', recipient: 'typed' });

describe('the order of stages', () => {
  it('a second factor after the sign-in is refused', () => {
    assert.deepEqual(issuesOf('authentication', [name, login, factor]), [
      "flows.a.factor: it asks for the second factor after 'login', which signs the user in; move it before",
    ]);
    assert.deepEqual(issuesOf('authentication', [name, factor, login]), []);
  });

  it('a set-up before the second factor needs ifNoAuthenticator with its types', () => {
    const totp = totpSetup({ name: 'set-up' });
    const codes = recoveryCodesSetup({ name: 'set-up' });
    const refused =
      "flows.a.set-up: it sets up a second factor before 'factor' asks for one; move it behind, or bind ifNoAuthenticator() with the same types to it";
    for (const early of [
      totp,
      codes,
      { stage: codes, policies: [ifNoAuthenticator('recovery_codes')] },
      { stage: totp, policies: [{ policy: ifNoAuthenticator(), negate: true }] },
      { stage: totp, policies: [{ policy: ifNoAuthenticator(), failureResult: true }] },
      { stage: totp, policies: [{ policy: ifNoAuthenticator(), enabled: false }] },
      { stage: totp, policies: [ifNoAuthenticator(), ifNoAuthenticator('totp')], mode: 'any' as const },
    ])
      assert.deepEqual(issuesOf('authentication', [name, early, factor, login]), [refused]);
    for (const policy of [ifNoAuthenticator(), ifNoAuthenticator('totp', { othersProved: true })])
      assert.deepEqual(issuesOf('authentication', [name, { stage: totp, policies: [policy] }, factor, login]), []);
    assert.deepEqual(issuesOf('authentication', [name, factor, totp, login]), []);
  });

  it('recovery and enrollment refuse a sign-in by passkey', () => {
    const passkey = passkeySignIn({ name: 'passkey' });
    for (const stage of [passkey, identification({ name: 'passkey', password: true, webauthnStage: true })])
      for (const designation of ['recovery', 'enrollment'])
        assert.ok(
          issuesOf(designation, [stage, account(email), write, passwordWrite({ name: 'pw' })]).includes(
            `flows.a.passkey: it signs in by a passkey, which a flow of the designation '${designation}' cannot use`,
          ),
        );
    assert.deepEqual(issuesOf('authentication', [passkey, login]), []);
  });

  it('accepting an invitation needs a code for an existing account', () => {
    const accept = acceptInvitation({ name: 'accept' });
    for (const gate of [code(false), invitationStage({ name: 'code' })])
      assert.deepEqual(issuesOf('authorization', [gate, accept]), [
        "flows.a.accept: 'code' takes a code for a new account; use inviteCode({ existingAccount: true })",
      ]);
    assert.deepEqual(issuesOf('authorization', [code(true), accept]), []);
  });

  it('an address to verify is proved before an account is written', () => {
    const refused =
      "flows.a.account: no later stage proves the address 'email' before it is written; add emailStage({ recipient: 'typed' }), which proves 'email', or use email()";
    const orders: readonly Stages[] = [
      [account(emailToVerify), write],
      [account(emailToVerify), write, proof],
      [account(emailToVerify), emailStage({ name: 'proof', recipient: 'account' }), write],
    ];
    for (const stages of orders) assert.ok(issuesOf('enrollment', stages).includes(refused));
    assert.deepEqual(issuesOf('enrollment', [account(emailToVerify), proof, write]), []);
    assert.deepEqual(issuesOf('enrollment', [account(email), write]), []);
  });

  it('a source is asked before the account that it is connected to is written', () => {
    const source = sourceStage({ name: 'company', source: 'acme' });
    assert.deepEqual(issuesOf('enrollment', [account(email), write, source]), [
      "flows.a.company: it asks the source 'acme' after 'write', which writes the account without it; move it before",
    ]);
    assert.deepEqual(issuesOf('enrollment', [account(email), source, write]), []);
    const changes = userWrite({ name: 'changes', creationMode: 'never_create' });
    assert.deepEqual(issuesOf('stage_configuration', [name, account(email), changes, source]), []);
  });

  it('of thousands of steps is checked in a moment', () => {
    const [other, narrow] = [
      validateAuthenticator({ name: 'other', deviceClasses: ['recovery_codes', 'webauthn'] }),
      validateAuthenticator({ name: 'narrow', deviceClasses: ['totp'] }),
    ];
    const totp = totpSetup({ name: 'set-up' });
    const steps = Array.from({ length: 1200 }, (_, at) => {
      const key = (part: string): string => `${part}-${String(at)}`;
      const policies = [ifNoAuthenticator('totp', { step: key('narrow'), othersProved: true })];
      return [
        { stage: other, key: key('other') },
        { stage: totp, key: key('set-up'), policies },
        { stage: narrow, key: key('narrow') },
      ];
    });
    const stages = [name, ...steps.flat(), login];
    const flow = defineFlow({ slug: 'a', title: 'A', designation: 'authentication', stages });
    const before = process.cpuUsage();
    assert.deepEqual(checkFlows([flow], { registration: 'open' }), []);
    const { user, system } = process.cpuUsage(before);
    assert.ok(user + system < 1_500_000, `${String((user + system) / 1000)} ms`);
  });
});
