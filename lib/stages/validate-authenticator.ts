import type { Awaitable } from '../base/awaitable.js';
import { authenticatorTypes, type AuthenticatorType } from '../base/authenticator-types.js';
import type { JsonObject } from '../base/json.js';
import { message, type Parsed } from '../base/message.js';
import { checkPackage } from '../base/optional-package.js';
import type { Secret } from '../base/secret.js';
import type { RulesOf } from '../base/settings.js';
import { flowTarget } from '../base/target.js';
import { defineStage } from '../flow/define-stage.js';
import type { StageContext } from '../flow/facts.js';
import type { StageOutcome } from '../flow/outcome.js';
import type { AskingStage, PromptField } from '../flow/stage.js';
import type { PasskeyHint, PasskeyWish } from '../ports/passkeys.js';
import type { SecondFactorAnswer, SecondFactorUser } from '../ports/second-factors.js';
import { askedUser, secondFactorsOf } from './authenticator-user.js';
import { readCode } from './code-field.js';
import { isProved } from './proved-factor.js';
import { removalField, type Removed } from './removal-field.js';
import {
  codeFieldFor,
  demandsVerification,
  hasNone,
  isRemembered,
  typesOf,
  wayOf,
  waysOf,
  type FactorWay,
} from './usable-factors.js';
import { hintsRule, passkeyField, passkeyPlan, passkeysOf, readPasskey, wishRule } from './passkey-field.js';

export interface ValidateAuthenticatorSettings {
  /**
   * True: a user without an authenticator of `deviceClasses` does not pass, whatever they have proved before. Default
   * false: they pass without a page.
   */
  readonly required?: boolean;
  /** The authenticators that count; default all. */
  readonly deviceClasses?: readonly AuthenticatorType[];
  /**
   * A browser in which the user proved a second factor within this many seconds is not asked again, if this stage would
   * have taken that proof; default 0: each sign-in is asked.
   */
  readonly lastUsedSeconds?: number;
  /** Whether a passkey verifies its user, by a PIN, a fingerprint or a face; default `preferred`. */
  readonly webauthnUserVerification?: PasskeyWish;
  /** Where the browser looks for a passkey first; default: its own choice. */
  readonly webauthnHints?: readonly PasskeyHint[];
  /** What the step after this one removes, and what that means: a warning on the page. Default none. */
  readonly describeRemoval?: (at: StageContext) => Awaitable<Removed>;
}

type Answers =
  | { readonly type: 'code'; readonly code: Secret }
  | { readonly type: 'webauthn'; readonly response: Secret }
  | { readonly type: 'selected'; readonly way: FactorWay };

type Challenge = {
  readonly fields: readonly PromptField[];
  readonly device_classes: readonly string[];
  /** The way of this page, and the other ones. */
  readonly selected_challenge: FactorWay;
  readonly other_challenges: readonly string[];
  readonly passkey_challenge: JsonObject | null;
} & JsonObject;

export const validationRules: RulesOf<Omit<ValidateAuthenticatorSettings, 'required' | 'describeRemoval'>> = (joi) => ({
  deviceClasses: joi
    .array()
    .items(joi.valid(...authenticatorTypes))
    .min(1)
    .unique(),
  lastUsedSeconds: joi.number().integer().min(0).max(longestSeconds),
  webauthnUserVerification: wishRule(joi),
  webauthnHints: hintsRule(joi),
});

/** A year: browsers keep no cookie much longer. */
export const longestSeconds = 31_536_000;

/**
 * Asks the plan's user for their passkey, a code of their authenticator app, or a recovery code; they choose which. It
 * comes after the stage that proves the first factor, and before `userLogin`. A user who set up an authenticator in this
 * plan is not asked again.
 */
const stage = defineStage<
  ValidateAuthenticatorSettings,
  Challenge,
  Answers,
  'second_factor' | 'selected_challenge' | 'auth_method'
>({
  kind: 'authenticator_validate',
  settings: (joi) => ({ required: joi.boolean(), describeRemoval: joi.function(), ...validationRules(joi) }),
  component: 'ak-stage-authenticator-validate',
  view: 'pages/authenticator',
  secondFactor: (settings) => ({
    use: 'asks',
    types: settings.deviceClasses ?? authenticatorTypes,
    verifiesUser: demandsVerification(settings),
  }),
  requires: ['authenticators'],
  needs: ['pending_user'],
  writes: ['second_factor', 'selected_challenge', 'auth_method'],
  fields: () => ['code', 'response', 'selected_challenge'],
  consumes: () => ['code', 'response', 'selected_challenge'],
  secretFields: () => ['code', 'response'],
  oneTimeCodeFields: () => ['code'],
  submit: () => message('form.submit'),

  async satisfied(settings, at) {
    const user = askedUser(at);
    if (user === null) return false;
    if (settings.required !== true && (await hasNone(settings, user, at))) return true;
    return (await isProved(settings, user, at)) || isRemembered(settings, user, at);
  },

  async lacksProof(settings, at) {
    const user = askedUser(at);
    if (user === null || at.context.second_factor === user.userId) return false;
    return !(await hasNone(settings, user, at)) && !(await isRemembered(settings, user, at));
  },

  async isUnanswerable(settings, at) {
    const user = askedUser(at);
    // Policies have left out the step that proves who they are, or it counts no more: no code would be accepted.
    if (user === null) return message('authenticator.no_account');
    if ((await isProved(settings, user, at)) || !(await hasNone(settings, user, at))) return false;
    return settings.required === true ? message('authenticator.missing') : true;
  },

  async challenge(settings, at) {
    const user = askedUser(at);
    const types = user === null ? [] : await typesOf(settings, user, at);
    const way = wayOf(types, at);
    return {
      device_classes: types.map((type) => (type === 'recovery_codes' ? 'static' : type)),
      selected_challenge: way,
      other_challenges: waysOf(types).filter((one) => one !== way),
      passkey_challenge:
        way === 'code' || user === null
          ? null
          : await passkeysOf(at).request({ ...passkeyPlan(at), userId: user.userId }, rulesOf(settings)),
      fields: [
        ...(settings.describeRemoval === undefined
          ? []
          : [removalField('removal', await settings.describeRemoval(at))]),
        way === 'webauthn' ? passkeyField('response') : codeFieldFor(types),
      ],
    };
  },

  async read(input, settings, at): Promise<Parsed<Answers>> {
    const { selected_challenge: way } = input;
    if (way === 'code' || way === 'webauthn') return { ok: true, value: { type: 'selected', way } };
    const response = readPasskey(input['response']);
    if (response !== null) return { ok: true, value: { type: 'webauthn', response } };
    const user = askedUser(at);
    const isBlank = (input['code'] ?? '').trim() === '';
    if (isBlank && user !== null && wayOf(await typesOf(settings, user, at), at) === 'webauthn')
      return { ok: false, errors: { response: [message('authenticator.webauthn.blank')] } };
    const read = readCode(input['code']);
    return read.ok ? { ok: true, value: { type: 'code', code: read.value.code } } : read;
  },

  async respond(answers, settings, at) {
    const user = askedUser(at);
    if (user === null) return { type: 'denied', message: message('authenticator.no_account') };
    if (answers.type === 'selected')
      return {
        type: 'redirected',
        to: flowTarget(at.flow.slug),
        patch: { selected_challenge: answers.way },
      };
    // They removed it elsewhere while the page was open.
    if (await hasNone(settings, user, at))
      return settings.required === true
        ? { type: 'denied', message: message('authenticator.missing'), isFinal: true }
        : { type: 'completed' };
    const field = answers.type === 'code' ? 'code' : 'response';
    return outcomeOf(await checked(answers, settings, user, at), field, settings, user, at);
  },
});

function checked(
  answers: Exclude<Answers, { readonly type: 'selected' }>,
  settings: ValidateAuthenticatorSettings,
  user: SecondFactorUser,
  at: StageContext,
): Promise<SecondFactorAnswer> {
  const { deviceClasses = authenticatorTypes } = settings;
  if (answers.type === 'code') return secondFactorsOf(at).check(user, answers.code, deviceClasses);
  const plan = { ...passkeyPlan(at), userId: user.userId };
  // An answer to a page that was never shown.
  if (!deviceClasses.includes('webauthn')) return secondFactorsOf(at).check(user, answers.response, []);
  return passkeysOf(at).check(plan, answers.response, rulesOf(settings));
}

async function outcomeOf(
  answer: SecondFactorAnswer,
  field: string,
  settings: ValidateAuthenticatorSettings,
  { userId }: SecondFactorUser,
  at: StageContext,
): Promise<StageOutcome<'second_factor' | 'auth_method'>> {
  const { lastUsedSeconds = 0 } = settings;
  switch (answer.type) {
    case 'right': {
      const outcome = {
        type: 'completed',
        patch: { second_factor: userId, auth_method: at.context.auth_method ?? 'auth_mfa' },
        evidence: { type: 'stage_verified', user: userId },
      } as const;
      if (lastUsedSeconds === 0) return outcome;
      const proof = { verifiesUser: demandsVerification(settings) };
      const mark = await secondFactorsOf(at).markOf(userId, answer.authenticator, proof);
      return { ...outcome, remember: { user: userId, mark, seconds: lastUsedSeconds } };
    }
    case 'wrong':
      return { type: 'invalid', errors: { [field]: [answer.message] } };
    case 'throttled':
      return { type: 'invalid', errors: { '': [answer.message] }, retryAfterSeconds: answer.retryAfterSeconds };
  }
}

function rulesOf({ webauthnUserVerification = 'preferred', webauthnHints = [] }: ValidateAuthenticatorSettings) {
  return { userVerification: webauthnUserVerification, hints: webauthnHints };
}

/**
 * Asks for the second factor. Needs the package `otplib`, unless `deviceClasses` leaves out `totp`.
 * @throws ERR_ENROLLMENT_CONFIG for wrong settings, and without the package
 */
export function validateAuthenticator(settings: Parameters<typeof stage>[0]): AskingStage {
  const made = stage({ title: message('authenticator.validate.title'), ...settings });
  if ((settings.deviceClasses ?? authenticatorTypes).includes('totp')) checkPackage('otplib', 'validateAuthenticator');
  return made;
}
