import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isEnrollmentError } from '../../lib/base/error.js';
import * as main from '../../lib/index.js';
import * as flowFiles from '../../lib/flow-files.js';
import * as flows from '../../lib/flows.js';
import * as mail from '../../lib/mail.js';
import * as python from '../../lib/python.js';
import * as sql from '../../lib/sql.js';
import * as stages from '../../lib/stages.js';

const kit = { ...main, ...flowFiles, ...flows, ...mail, ...python, ...sql, ...stages };

const issuer = 'https://id.example';
const prompt = { key: 'team', label: 'Team' };
const named = { name: 'stage' };
const flow = { slug: 'flow' };

/** What each factory needs, with one of its settings misspelled. An export that is not listed here fails a test. */
const factories: Readonly<Record<string, (slip: object) => unknown>> = {
  createEnrollment: (slip) => kit.createEnrollment({ baseUrl: 'http://localhost:3000/join', ...slip }),
  defineFlow: (slip) => kit.defineFlow({ ...flow, title: 'T', designation: 'authorization', stages: [], ...slip }),
  importFlowFiles: (slip) => kit.importFlowFiles([], slip),
  exportFlows: (slip) =>
    kit.exportFlows([kit.defineFlow({ ...flow, title: 'T', designation: 'authorization', stages: [] })], slip),
  definePolicy: (slip) => kit.definePolicy({ name: 'p', check: () => true, ...slip }),
  definePrompt: (slip) =>
    kit.definePrompt({
      type: 'color',
      asked: true,
      concealed: false,
      autocomplete: 'off',
      messages: {},
      read: (value) => ({ value }),
      ...slip,
    }),
  defineStage: (slip) =>
    kit.defineStage<object, { x: 1 }, Record<string, never>>({
      kind: 'k',
      component: 'c',
      view: 'pages/prompt',
      fields: () => ['x'],
      challenge: () => Promise.resolve({ x: 1 }),
      read: () => Promise.resolve({ ok: true, value: {} }),
      respond: () => Promise.resolve({ type: 'completed' }),
      ...slip,
    }),
  defineSilentStage: (slip) =>
    kit.defineSilentStage({
      kind: 'k',
      hasSideEffects: false,
      run: () => Promise.resolve({ type: 'completed' }),
      ...slip,
    }),
  email: (slip) => kit.email({ ...prompt, ...slip }),
  hidden: (slip) => kit.hidden({ ...prompt, ...slip }),
  inviteCodePrompt: (slip) => kit.inviteCodePrompt(slip),
  password: (slip) => kit.password({ ...prompt, ...slip }),
  staticText: (slip) => kit.staticText({ ...prompt, ...slip }),
  text: (slip) => kit.text({ ...prompt, ...slip }),
  username: (slip) => kit.username({ ...prompt, ...slip }),
  pythonPolicy: (slip) => kit.pythonPolicy('return True', slip),
  inviteCode: (slip) => kit.inviteCode(slip),
  deny: (slip) => kit.deny({ ...named, ...slip }),
  dummyStage: (slip) => kit.dummyStage({ ...named, ...slip }),
  redirectStage: (slip) => kit.redirectStage({ ...named, targetStatic: '/', ...slip }),
  identification: (slip) => kit.identification({ ...named, ...slip }),
  invitationStage: (slip) => kit.invitationStage({ ...named, ...slip }),
  passwordStage: (slip) => kit.passwordStage({ ...named, ...slip }),
  promptStage: (slip) => kit.promptStage({ ...named, prompts: [], ...slip }),
  sourceStage: (slip) => kit.sourceStage({ ...named, source: 'acme', ...slip }),
  smtpMailer: (slip) =>
    kit.smtpMailer({ url: 'smtp://mail.example', from: { name: 'Acme', address: 'a@acme.example' }, ...slip }),
  sourceConnect: (slip) => kit.sourceConnect({ ...named, ...slip }),
  userLogin: (slip) => kit.userLogin({ ...named, ...slip }),
  userLogout: (slip) => kit.userLogout({ ...named, ...slip }),
  userWrite: (slip) => kit.userWrite({ ...named, ...slip }),
  acceptInvitation: (slip) => kit.acceptInvitation({ ...named, ...slip }),
  acceptInvitationFlow: (slip) => kit.acceptInvitationFlow(slip),
  altcha: (slip) => kit.altcha(slip),
  turnstile: (slip) => kit.turnstile({ siteKey: 'k', secretKey: 'canary', ...slip }),
  hCaptcha: (slip) => kit.hCaptcha({ siteKey: 'k', secretKey: 'canary', ...slip }),
  reCaptcha: (slip) => kit.reCaptcha({ siteKey: 'k', secretKey: 'canary', version: 'v2', ...slip }),
  consentStage: (slip) => kit.consentStage({ ...named, ...slip }),
  consentFlow: (slip) => kit.consentFlow({ ...flow, ...slip }),
  captchaStage: (slip) => kit.captchaStage({ ...named, captcha: kit.altcha(), ...slip }),
  confirmPassword: (slip) => kit.confirmPassword({ ...named, ...slip }),
  recoveryCodesSetup: (slip) => kit.recoveryCodesSetup({ ...named, ...slip }),
  totpSetup: (slip) => kit.totpSetup({ ...named, ...slip }),
  validateAuthenticator: (slip) => kit.validateAuthenticator({ ...named, ...slip }),
  emailStage: (slip) => kit.emailStage({ ...named, recipient: 'typed', ...slip }),
  changePasswordFlow: (slip) => kit.changePasswordFlow(slip),
  accountSettings: (slip) => kit.accountSettings(slip),
  profileFlow: (slip) => kit.profileFlow(slip),
  verifyEmailFlow: (slip) => kit.verifyEmailFlow(slip),
  emailProof: (slip) => kit.emailProof({ ...named, ...slip }),
  undoAddressChangeFlow: (slip) => kit.undoAddressChangeFlow(slip),
  authenticatorsFlow: (slip) => kit.authenticatorsFlow(slip),
  authenticatorChange: (slip) => kit.authenticatorChange({ ...named, ...slip }),
  connectionsFlow: (slip) => kit.connectionsFlow(slip),
  connectionsStage: (slip) => kit.connectionsStage({ ...named, ...slip }),
  sessionsFlow: (slip) => kit.sessionsFlow(slip),
  accountMenu: (slip) => kit.accountMenu({ ...named, links: [{ flow: 'a', label: 'A' }], ...slip }),
  sessionEnd: (slip) => kit.sessionEnd({ ...named, ...slip }),
  leaveFlow: (slip) => kit.leaveFlow(slip),
  userDelete: (slip) => kit.userDelete({ ...named, ...slip }),
  passwordWrite: (slip) => kit.passwordWrite({ ...named, ...slip }),
  passwordChanged: (slip) => kit.passwordChanged({ ...named, ...slip }),
  setPasswordFlow: (slip) => kit.setPasswordFlow({ ...flow, ...slip }),
  confirmEmailFlow: (slip) => kit.confirmEmailFlow({ ...flow, ...slip }),
  recoveryFlow: (slip) => kit.recoveryFlow({ ...flow, ...slip }),
  authenticatorSetupFlow: (slip) => kit.authenticatorSetupFlow({ ...flow, type: 'totp', ...slip }),
  askForInvitation: (slip) => kit.askForInvitation({ ...named, ...slip }),
  waitlistJoined: (slip) => kit.waitlistJoined({ ...named, ...slip }),
  inviteSignupFlow: (slip) => kit.inviteSignupFlow({ ...flow, fields: ['username'], ...slip }),
  signInFlow: (slip) => kit.signInFlow({ ...flow, ...slip }),
  connectAccountFlow: (slip) => kit.connectAccountFlow(slip),
  noAccessYetFlow: (slip) => kit.noAccessYetFlow(slip),
  sourceAuthenticationFlow: (slip) => kit.sourceAuthenticationFlow(slip),
  signOutFlow: (slip) => kit.signOutFlow({ ...flow, ...slip }),
  changeFlow: (slip) => kit.changeFlow(kit.signOutFlow(flow), slip),
  passkeySignInFlow: (slip) => kit.passkeySignInFlow({ ...flow, ...slip }),
  passkeySignIn: (slip) => kit.passkeySignIn({ ...named, ...slip }),
  webauthnSetup: (slip) => kit.webauthnSetup({ ...named, ...slip }),
  waitlistFlow: (slip) => kit.waitlistFlow({ ...flow, ...slip }),
  passportLogin: (slip) => kit.passportLogin(slip),
  sessionLogin: (slip) => kit.sessionLogin(slip),
  codeDictionary: (slip) => kit.codeDictionary({}, { zone: 'Asia/Jakarta', uses: 1, ...slip }),
  admittedSource: (slip) => kit.admittedSource({ ...flow, issuer, ...slip }),
  openIdConnectSource: (slip) =>
    kit.openIdConnectSource({ ...flow, issuer, clientId: 'club', clientSecret: 'canary', ...slip }),
  passportSource: (slip) =>
    kit.passportSource({
      ...flow,
      issuer,
      strategy: () => ({ authenticate: () => undefined }),
      identity: () => null,
      ...slip,
    }),
  memoryUsers: (slip) => kit.memoryUsers(slip),
  migration: (slip) => kit.migration({ for: 'sql', ...slip }),
  postgresUsers: (slip) =>
    kit.postgresUsers({ connect: () => assert.fail(), on: () => undefined, listenerCount: () => 0 } as never, slip),
  sqlConnections: (slip) => kit.sqlConnections(async () => [], slip),
  sqlAuthenticators: (slip) => kit.sqlAuthenticators(async () => [], slip),
  sqlConsents: (slip) => kit.sqlConsents(async () => [], slip),
  sqlRedemptions: (slip) => kit.sqlRedemptions(async () => [], slip),
  sqliteUsers: (slip) => kit.sqliteUsers('data/users.db', slip),
  argon2Passwords: (slip) => kit.argon2Passwords(slip),
  authenticatorsTable: (slip) => kit.authenticatorsTable({ dialect: 'postgresql', ...slip }),
  consentsTable: (slip) => kit.consentsTable({ dialect: 'postgresql', ...slip }),
  connectionsTable: (slip) => kit.connectionsTable({ dialect: 'postgresql', ...slip }),
  redemptionsTable: (slip) => kit.redemptionsTable({ dialect: 'postgresql', ...slip }),
};

/** Exports that take no settings. */
const others = new Set(
  (
    'canonicalEmail canonicalUsername EnrollmentError isEnrollmentError InviteRefused isInviteRefused mergeDeep message defineMessages ' +
    'readFlowFolder Secret ifMissing ifSignedOut ifSso ifUnproved ifUsernameMissing passwordsMatch memoryConnections connectionRow'
  ).split(' '),
);

describe('every factory of the package', () => {
  it('F11: is in the list of this test, or takes no settings', () => {
    const unknown = Object.keys(kit).filter((name) => !(name in factories) && !others.has(name));
    assert.deepEqual(unknown, []);
  });

  for (const [name, make] of Object.entries(factories)) {
    it(`F11: ${name} accepts valid settings, and no unknown name`, () => {
      make({});
      assert.throws(
        () => make({ mispelt: 1 }),
        (error) => {
          assert.ok(isEnrollmentError(error), String(error));
          assert.equal(error.code, 'ERR_ENROLLMENT_CONFIG');
          assert.ok(
            error.issues.some((issue) => /"mispelt" is not allowed/.test(issue)),
            error.message,
          );
          return true;
        },
      );
    });
  }
});
