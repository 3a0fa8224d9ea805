import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { exportFlows, importFlowFiles } from '../../lib/flow-files.js';
import * as ready from '../../lib/flows.js';
import type { Flow } from '../../lib/flow/flow.js';
import { ifHasPassword, passwordPolicy } from '../../lib/policies.js';
import { checkbox, fromContext, text, trustedHtml, withLinks } from '../../lib/prompts.js';
import { pythonPolicy } from '../../lib/python.js';
import { shape } from '../support/flow-shape.js';

const team = text({
  key: 'attributes.team',
  label: 'Team',
  initial: fromContext('prompt_data.team'),
  subText: trustedHtml('<b>your</b> team'),
});
const terms = checkbox({ key: 'terms', label: withLinks('I accept the <terms>terms</terms>', { terms: '/terms' }) });
const rule = passwordPolicy({ minLength: 20, zxcvbn: { above: 2 } });
const python = pythonPolicy('ak_message("no")\nreturn ak_call_policy("other").passing', {
  name: 'py',
  policies: { other: pythonPolicy('return True', { name: 'other' }) },
});
const common = { title: 'A title', intro: 'An intro', target: '/inside' };
const page = { title: 'A page', intro: 'Its intro', submit: 'Go on' };
const links = [
  ready.authenticatorSetupFlow({ slug: 'totp', type: 'totp' }),
  ready.authenticatorSetupFlow({ slug: 'codes', type: 'recovery_codes' }),
];
const named = { title: 'A title', target: '/inside' };

/** By factory: with its default settings, and with all that are no code. */
const table: Readonly<Record<string, readonly (() => Flow | readonly Flow[])[]>> = {
  acceptInvitationFlow: [
    () => ready.acceptInvitationFlow(),
    () =>
      ready.acceptInvitationFlow({
        ...common,
        slug: 'accept',
        wording: { 'invite-code': page, 'accept-invitation': page },
        declined: '/no',
        policies: [python, ifHasPassword()],
        mode: 'all',
      }),
  ],
  accountSettings: [
    () => ready.accountSettings(),
    () =>
      ready.accountSettings({
        slug: 'settings',
        fields: ['username', 'email', 'name', team, terms],
        password: { repeat: true, minPasswordLength: 20, validation: [rule], firstPassword: true },
        authenticators: ['totp', 'webauthn', 'recovery_codes'],
        connections: true,
        leave: { title: 'Goodbye' },
        target: '/inside',
      }),
    () => ready.accountSettings({ fields: ['email'], confirmEmail: false, password: false, sessions: false }),
  ],
  authenticatorSetupFlow: (['totp', 'webauthn', 'recovery_codes'] as const).map(
    (type) => () => ready.authenticatorSetupFlow({ ...named, slug: 'set-up', type }),
  ),
  authenticatorsFlow: [
    () => ready.authenticatorsFlow(),
    () =>
      ready.authenticatorsFlow({
        ...named,
        slug: 'list',
        links: links.map(({ slug, title }) => ({ flow: slug, label: title, when: true })),
      }),
  ],
  changeFlow: [() => ready.changeFlow(ready.leaveFlow({ slug: 'leave' }), { policies: [python], title: 'Goodbye' })],
  changePasswordFlow: [
    () => ready.changePasswordFlow(),
    () =>
      ready.changePasswordFlow({
        ...common,
        slug: 'change',
        secondFactor: true,
        firstPassword: true,
        repeat: true,
        minPasswordLength: 20,
        validation: [rule],
      }),
  ],
  confirmEmailFlow: [
    () => ready.confirmEmailFlow({ slug: 'confirm' }),
    () => ready.confirmEmailFlow({ ...named, slug: 'confirm', wording: { confirm: page, confirmed: page } }),
  ],
  connectAccountFlow: [
    () => ready.connectAccountFlow(),
    () =>
      ready.connectAccountFlow({
        ...common,
        slug: 'connect',
        wording: { 'account-choice': page, password: page, 'source-connect': page },
        secondFactor: { lastUsedSeconds: 60 },
      }),
    () => ready.connectAccountFlow({ password: false, secondFactor: true }),
  ],
  connectionsFlow: [() => ready.connectionsFlow(), () => ready.connectionsFlow({ ...named, slug: 'sources' })],
  consentFlow: [() => ready.consentFlow({ slug: 'consent' }), () => ready.consentFlow({ slug: 'consent', ...named })],
  inviteSignupFlow: [
    () => ready.inviteSignupFlow({ slug: 'invite', fields: ['username', 'password'] }),
    () =>
      ready.inviteSignupFlow({
        ...common,
        slug: 'invite',
        fields: ['username', 'email', 'name', 'password', team, terms],
        wording: { 'invite-code': page, account: page, email: page },
        validation: [rule, python],
        minPasswordLength: 20,
        repeat: true,
        verifyEmail: true,
      }),
  ],
  leaveFlow: [() => ready.leaveFlow(), () => ready.leaveFlow({ slug: 'goodbye', title: 'Goodbye' })],
  noAccessYetFlow: [
    () => ready.noAccessYetFlow(),
    () =>
      ready.noAccessYetFlow({
        ...common,
        slug: 'no-access',
        fields: ['username', 'email', 'name', team],
        wording: { 'invite-code': page, username: page, email: page, name: page, more: page, 'email-code': page },
        verifyEmail: true,
      }),
  ],
  passkeySignInFlow: [
    () => ready.passkeySignInFlow({ slug: 'passkey' }),
    () => ready.passkeySignInFlow({ ...named, slug: 'passkey', rememberSeconds: 60 }),
  ],
  profileFlow: [
    () => ready.profileFlow(),
    () => ready.profileFlow({ ...named, slug: 'me', fields: ['username', 'email', 'name', team, terms] }),
    () => ready.profileFlow({ fields: ['email'], confirmEmail: false }),
  ],
  recoveryFlow: [
    () => ready.recoveryFlow({ slug: 'recovery' }),
    () =>
      ready.recoveryFlow({
        ...common,
        slug: 'recovery',
        userFields: ['email'],
        expiresInSeconds: 600,
        wording: { identification: page, email: page, password: page, changed: page },
        secondFactor: true,
        validation: [python],
        passwordValidation: [rule],
        minPasswordLength: 20,
        repeat: true,
      }),
    () => ready.recoveryFlow({ slug: 'recovery', signIn: true, secondFactor: false }),
  ],
  sessionsFlow: [() => ready.sessionsFlow(), () => ready.sessionsFlow({ ...named, slug: 'browsers' })],
  setPasswordFlow: [
    () => ready.setPasswordFlow({ slug: 'set' }),
    () =>
      ready.setPasswordFlow({
        ...common,
        slug: 'set',
        wording: { password: page, changed: page },
        secondFactor: true,
        passwordValidation: [rule],
        minPasswordLength: 20,
        repeat: true,
        signIn: true,
        signInFlow: 'sign-in',
      }),
  ],
  signInFlow: [
    () => ready.signInFlow({ slug: 'sign-in' }),
    () =>
      ready.signInFlow({
        ...common,
        slug: 'sign-in',
        userFields: ['email'],
        links: { enrollment: 'invite', recovery: 'recovery' },
        webauthnStage: true,
        passwordlessFlow: 'passkey',
        secondFactor: true,
        staySignedInSeconds: 60,
        validation: [python],
      }),
  ],
  signOutFlow: [() => ready.signOutFlow({ slug: 'sign-out' }), () => ready.signOutFlow({ slug: 'out', ...named })],
  sourceAuthenticationFlow: [
    () => ready.sourceAuthenticationFlow(),
    () => ready.sourceAuthenticationFlow({ slug: 'source', target: '/inside', secondFactor: true }),
  ],
  undoAddressChangeFlow: [
    () => ready.undoAddressChangeFlow(),
    () =>
      ready.undoAddressChangeFlow({
        ...named,
        slug: 'undo',
        wording: { undo: page, restored: page },
        recoveryFlow: 'recovery',
      }),
  ],
  verifyEmailFlow: [
    () => ready.verifyEmailFlow({ slug: 'verify' }),
    () => ready.verifyEmailFlow({ slug: 'verify', ...named }),
  ],
  waitlistFlow: [
    () => ready.waitlistFlow({ slug: 'waitlist' }),
    () =>
      ready.waitlistFlow({
        ...common,
        slug: 'waitlist',
        fields: ['name', team, 'email'],
        wording: { request: page, waitlist_joined: page },
        validation: [python],
        thanks: 'Thanks',
        tenant: 'acme',
        perAddress: { points: 2, windowSeconds: 60 },
        perClient: { points: 3, windowSeconds: 60 },
      }),
  ],
};

function assertSame(flows: readonly Flow[]): void {
  const written = exportFlows(flows);
  const { flows: made, problems } = importFlowFiles([{ file: 'flow.yaml', text: written }]);
  assert.deepEqual(problems, []);
  assert.deepEqual(made.map(shape), flows.map(shape));
  assert.equal(exportFlows(made), written);
}

describe('flow files: ready-made flows', () => {
  it('the table has every ready-made flow', () => {
    const factories = Object.keys(ready).filter((name) => /Flow$|^accountSettings$/.test(name));
    assert.deepEqual(Object.keys(table), factories.sort());
  });

  for (const [factory, made] of Object.entries(table))
    it(`what ${factory} makes exports and imports, byte for byte the second time`, () => {
      for (const make of made) assertSame([make()].flat());
    });

  it('all of them together, with the same names for different stages', () => {
    const all = Object.values(table).flatMap(([make]) => (make === undefined ? [] : [make()].flat()));
    const bySlug = new Map(all.map((flow) => [flow.slug, flow]));
    assertSame([...bySlug.values()]);
  });
});
