import assert from 'node:assert/strict';
import { createKeyring } from '../../lib/base/keyring.js';
import * as flows from '../../lib/flows.js';
import type { Context } from '../../lib/flow/context.js';
import type { StageContext } from '../../lib/flow/facts.js';
import { flowTarget } from '../../lib/base/target.js';
import type { Flow } from '../../lib/flow/flow.js';
import type { AskingStage, Stage } from '../../lib/flow/stage.js';
import { password, text } from '../../lib/index.js';
import { defaultRateLimits } from '../../lib/options/rate-limits.js';
import type { MailCodes } from '../../lib/ports/mail-codes.js';
import { createSecondFactorAttempts } from '../../lib/rate-limits/second-factor-attempts.js';
import * as stages from '../../lib/stages.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { sampleAccount, sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';
import { createPasskeys } from '../../lib/users/passkeys.js';
import { createRehashedPasswords } from '../../lib/users/rehashed-passwords.js';
import { createSecondFactors } from '../../lib/users/second-factors.js';
import { openScene } from '../support/executor/scene.js';
import { question } from '../support/prompts/question.js';
import { createAccountLock } from '../../lib/users/account-lock.js';

const secondFactor = { notConfiguredAction: 'configure' } as const;

/** Ready-made flows in several forms; the others are made from a slug alone. */
const ownFlows: Partial<Readonly<Record<string, readonly Flow[]>>> = {
  // These make no single flow; what they are made of is here.
  changeFlow: [],
  accountSettings: [],
  authenticatorSetupFlow: (['totp', 'recovery_codes', 'webauthn'] as const).map((type) =>
    flows.authenticatorSetupFlow({ slug: type, type }),
  ),
  connectAccountFlow: [flows.connectAccountFlow({ secondFactor })],
  inviteSignupFlow: [flows.inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'password'] })],
  recoveryFlow: [flows.recoveryFlow({ slug: 'recovery', secondFactor: true })],
  signInFlow: [
    flows.signInFlow({ slug: 'one-page', secondFactor, webauthnStage: true }),
    flows.signInFlow({ slug: 'two-pages', passwordPage: true, webauthnStage: true, secondFactor: true }),
  ],
  sourceAuthenticationFlow: [flows.sourceAuthenticationFlow({ secondFactor })],
};
const ready: readonly Flow[] = Object.entries(flows).flatMap(
  ([kind, factory]) => ownFlows[kind] ?? [(factory as (settings: { slug: string }) => Flow)({ slug: kind })],
);

const name = 'stage';

/** Stages that ask for something, with settings of their own. */
const kinds: Readonly<Record<string, readonly Stage[]>> = {
  captchaStage: [stages.captchaStage({ name, captcha: stages.altcha() })],
  confirmPassword: [stages.confirmPassword({ name })],
  connectionsStage: [stages.connectionsStage({ name })],
  dummyStage: [stages.dummyStage({ name })],
  identification: [
    stages.identification({ name }),
    stages.identification({ name, webauthnStage: true }),
    stages.identification({ name, password: true, rememberMe: true }),
  ],
  passkeySignIn: [stages.passkeySignIn({ name })],
  passwordStage: [stages.passwordStage({ name })],
  promptStage: [
    stages.promptStage({
      name,
      prompts: [text({ key: 'nick', label: 'Nick' }), password({ key: 'password', label: 'Password' })],
    }),
  ],
  recoveryCodesSetup: [stages.recoveryCodesSetup({ name })],
  totpSetup: [stages.totpSetup({ name })],
  validateAuthenticator: [
    stages.validateAuthenticator({ name }),
    stages.validateAuthenticator({ name, required: true, deviceClasses: ['webauthn'] }),
  ],
  webauthnSetup: [stages.webauthnSetup({ name })],
};

/** What an empty form is: with no field at all, with empty ones, and with the keys of the plan's context. */
function emptyForms({ fields }: AskingStage): readonly Readonly<Record<string, string>>[] {
  const blank = Object.fromEntries(fields.map((key) => [key, '']));
  const claimed = { pending_user: 'ann', second_factor: 'ann', identity: '{}', is_sso: 'true', evidence: 'ann' };
  return [{}, blank, Object.fromEntries(fields.map((key) => [key, ' '])), { ...blank, ...claimed }];
}

/** A text and two buttons: its empty form is a press on one of them, and what proves the person comes after it. */
const confirmation = 'authenticator_removal';

const refused = { message: { id: 'refused' }, retryAfterSeconds: 1 };
const mailCodes: MailCodes = {
  send: async () => ({ type: 'throttled', ...refused }),
  check: async () => ({ type: 'throttled', ...refused }),
  end: async () => undefined,
  isOf: () => true,
  opens: () => false,
  linkState: async () => 'own',
};

// CVE-2026-49443: a stage was passed by an empty POST. CVE-2026-54730: stages passed without their proof.
describe('an empty form passes no stage that asks for something (CVE-2026-49443, CVE-2026-54730)', () => {
  const scene = openScene();
  const keyring = createKeyring(['a key for these tests, 32 characters']);
  let at: StageContext;

  before(async () => {
    const { id } = await scene.people.users.create(sampleAccount({ username: 'ann' }), sampleRedemption());
    const { events, services } = scene.context;
    const authenticators = memoryAuthenticators();
    const names = { id: 'app', userId: id, name: 'Authenticator app', version: '1' };
    await authenticators.add({ ...names, type: 'totp', createdAt: 0, lastUsedAt: null, data: {} });
    const { ephemeralStore } = services;
    const parts = {
      authenticators,
      rehashed: createRehashedPasswords(ephemeralStore),
      ephemeralStore,
      accountLock: createAccountLock(ephemeralStore),
      profiles: services.profiles,
      attempts: createSecondFactorAttempts({
        rateLimiter: services.rateLimiter,
        events,
        ...defaultRateLimits.secondFactors,
      }),
      ...{ keyring, events, issuer: 'Acme', pace: async () => undefined, endEvidence: async () => undefined },
    };
    const passkeys = createPasskeys({ ...parts, site: { origin: 'https://app.example' } });
    const context: Context = { pending_user: id, pending_user_identifier: 'ann', redirect: flowTarget('sign-in') };
    const asked = question(context, scene);
    at = {
      ...asked,
      facts: { ...asked.facts, act: true, user: id },
      services: {
        ...services,
        ...{ passkeys, secondFactors: createSecondFactors(parts), mailCodes },
        connections: {
          list: async () => [{ id: 'one', source: 'acme', sourceName: 'Acme', since: null }],
          disconnect: async () => 'removed' as const,
        },
        captcha: { keys: ['key'], hostname: 'app.example', ephemeralStore, log: services.log },
      },
    };
  });

  const all: readonly (readonly [string, Stage, Flow | null])[] = [
    ...ready.flatMap((flow) =>
      [...flow.bindings, ...flow.insertable.values()].map(
        ({ key, stage }) => [`${flow.slug}.${key}`, stage, flow] as const,
      ),
    ),
    ...Object.entries(kinds).flatMap(([kind, made]) => made.map((stage) => [kind, stage, null] as const)),
  ];
  for (const [what, stage, flow] of all) {
    if (!stage.asking || stage.pageOnly || stage.kind === confirmation) continue;
    it(what, async () => {
      const here = flow === null ? at : { ...at, flow };
      for (const form of emptyForms(stage)) {
        const parsed = await stage.read(form, here);
        const outcome = parsed.ok ? await stage.respond(parsed.value, here) : { type: 'invalid' };
        assert.ok(['invalid', 'denied'].includes(outcome.type), `${JSON.stringify(form)}: ${outcome.type}`);
      }
    });
  }

  it('the only others are pages of a text and a button', () => {
    const others = all.flatMap(([, stage]) => (stage.asking && stage.pageOnly ? [stage] : []));
    assert.ok(others.length > 0);
    for (const { kind, fields } of others) assert.deepEqual(fields, [], kind);
  });
});
