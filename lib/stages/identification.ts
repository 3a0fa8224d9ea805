import { configError } from '../base/config-error.js';
import type { JsonObject } from '../base/json.js';
import { message, type FieldErrors, type Message, type Parsed } from '../base/message.js';
import { checkPackage } from '../base/optional-package.js';
import type { Secret } from '../base/secret.js';
import { flowTarget, ownPath } from '../base/target.js';
import { defineStage } from '../flow/define-stage.js';
import type { StageContext } from '../flow/facts.js';
import type { AskingStage, PromptField, StageLink } from '../flow/stage.js';
import type { Captcha } from '../ports/captcha.js';
import type { LoginField } from '../ports/user-store.js';
import { captchaKeys, captchaRequires, captchaRule, drawCaptcha, verifyCaptcha } from './captcha-field.js';
import { autofillField, readPasskey } from './passkey-field.js';
import { identifyByPasskey, passkeyChallenge } from './passkey-sign-in.js';
import { outcomeOf, verifyCredentials } from './verify-credentials.js';
import {
  identifierField,
  passwordField,
  readIdentifier,
  readPassword,
  readTick,
  rememberField,
} from './sign-in-fields.js';
import { identificationLinksRule, userFieldsRule } from './sign-in-rules.js';

export interface IdentificationSettings {
  /** The fields that identify a user; default a username or an email address. */
  readonly userFields?: readonly [LoginField, ...LoginField[]];
  /** True: the password is asked on the same page. Default false: a `password` stage comes later. */
  readonly password?: boolean;
  /**
   * True, with `password`: the page asks whether to stay signed in; a later `userLogin` with `rememberMeSeconds` says for
   * how long.
   */
  readonly rememberMe?: boolean;
  /**
   * True: browsers offer passkeys beside the names that they remember (conditional UI), in flows of the designation
   * `authentication`. Needs the package `@simplewebauthn/server`. Default false.
   */
  readonly webauthnStage?: boolean;
  /** The slug of a flow that signs in with a passkey alone: a link leads there. */
  readonly passwordlessFlow?: string;
  /** Links to other pages: the slug of a flow, or a path of the app where it begins with a slash. */
  readonly links?: IdentificationLinks;
  /** A captcha on the page. It is verified before anything is looked up, for known and unknown people alike; a passkey needs none. */
  readonly captcha?: Captcha;
}

export interface IdentificationLinks {
  /** For people without an account. */
  readonly enrollment?: string;
  /** For people who have forgotten their password. */
  readonly recovery?: string;
}

// Whether a text is a path of the app does not depend on where the app is mounted.
const anySite = { origin: 'https://app.invalid', mount: '', secure: true };

type Challenge = {
  readonly fields: readonly PromptField[];
  readonly user_fields: readonly string[];
  readonly password_fields: boolean;
  readonly flow_designation: string;
  readonly passkey_challenge: JsonObject | null;
} & JsonObject;

type IdentificationAnswers = {
  readonly passkey: Secret | null;
  readonly uid_field: string;
  readonly password: Secret | undefined;
  readonly remember_me: boolean | undefined;
};

/**
 * Asks users to identify themselves, with the password or before it. Whether an account exists is never revealed:
 * without the password, the stage looks up no account (authentik's `pretend_user_exists`), and with the password there
 * is one message for every cause.
 */
const stage = defineStage<
  IdentificationSettings,
  Challenge,
  IdentificationAnswers,
  'pending_user_identifier' | 'remember_me' | (typeof provedBefore)[number]
>({
  kind: 'identification',
  settings: (joi) => ({
    userFields: userFieldsRule(joi),
    password: joi.boolean(),
    rememberMe: joi.boolean(),
    webauthnStage: joi.boolean(),
    passwordlessFlow: joi.string(),
    links: identificationLinksRule(joi),
    captcha: captchaRule(joi),
  }),
  component: 'ak-stage-identification',
  offersSources: 'sign-in',
  view: 'pages/identification',
  secondFactor: ({ webauthnStage }) =>
    webauthnStage === true ? { use: 'identifies', types: ['webauthn'], verifiesUser: true } : null,
  requires: ({ captcha, webauthnStage }) => [
    'credentials',
    ...captchaRequires(captcha),
    ...(webauthnStage === true ? (['authenticators', 'webauthn'] as const) : []),
  ],
  writes: (settings) => [
    ...(settings.password === true
      ? (['pending_user', 'auth_method', ...(asksToRemember(settings) ? (['remember_me'] as const) : [])] as const)
      : (['pending_user_identifier'] as const)),
    ...(settings.webauthnStage === true ? (['pending_user', 'second_factor', 'auth_method'] as const) : []),
  ],
  fields: (settings) => asked(settings),
  consumes: (settings) => asked(settings),
  secretFields: ({ captcha, webauthnStage }) => [
    'password',
    ...captchaKeys(captcha),
    ...(webauthnStage === true ? ['passkey'] : []),
  ],
  contentSecurityPolicy: ({ captcha }) => captcha?.contentSecurityPolicy ?? null,
  submit: (settings) => message(settings.password === true ? 'sign_in.submit' : 'form.submit'),
  links: ({ links, passwordlessFlow }) => [
    ...linkTo(passwordlessFlow, 'stage.identification.passwordless'),
    ...linkTo(links?.recovery, 'stage.identification.recovery'),
    ...linkTo(links?.enrollment, 'stage.identification.enrollment', 'link.new_here'),
  ],

  async challenge(settings, at) {
    const { captcha } = settings;
    const drawn = captcha === undefined ? null : await drawCaptcha(captcha, at);
    const passkey_challenge = settings.webauthnStage === true ? await passkeyChallenge(at) : null;
    const name = identifierField(
      userFields(settings),
      at.context.pending_user_identifier ?? at.facts.entryLink.loginHint ?? '',
      false,
    );
    return {
      fields: [
        passkey_challenge === null ? name : { ...name, autocomplete: 'username webauthn' },
        ...(settings.password === true ? [passwordField()] : []),
        ...(asksToRemember(settings) ? [rememberField()] : []),
        ...(drawn === null ? [] : [drawn.field]),
        ...(passkey_challenge === null ? [] : [autofillField('passkey')]),
      ],
      user_fields: [...userFields(settings)],
      password_fields: settings.password === true,
      flow_designation: at.flow.designation,
      passkey_challenge,
      ...(drawn === null ? {} : { captcha: drawn.captcha }),
    };
  },

  async read(input, settings, at): Promise<Parsed<IdentificationAnswers>> {
    const passkey = settings.webauthnStage === true ? readPasskey(input['passkey']) : null;
    // The answer of a key is no guess.
    if (passkey !== null)
      return { ok: true, value: { passkey, uid_field: '', password: undefined, remember_me: undefined } };
    const identifier = readIdentifier(userFields(settings), input['uid_field']);
    const password = settings.password === true ? readPassword(input['password']) : { value: undefined };
    if (!('value' in identifier) || !('value' in password)) {
      const errors: Record<string, readonly Message[]> = {};
      if ('error' in identifier) errors['uid_field'] = [identifier.error];
      if ('error' in password) errors['password'] = [password.error];
      return { ok: false, errors: errors satisfies FieldErrors };
    }
    const verified = settings.captcha === undefined ? null : await verifyCaptcha(settings.captcha, input, at);
    if (verified !== null && 'errors' in verified) return { ok: false, errors: verified.errors };
    const remember_me = asksToRemember(settings) ? readTick(input['remember_me']) : undefined;
    return { ok: true, value: { passkey, uid_field: identifier.value, password: password.value, remember_me } };
  },

  async respond({ passkey, uid_field, password, remember_me }, settings, at) {
    if (passkey !== null) return identifyByPasskey(passkey, '', at);
    if (password === undefined) {
      const named = { type: 'completed', patch: { pending_user_identifier: uid_field } } as const;
      return (await isOfProvedUser(uid_field, settings, at)) ? named : { ...named, remove: provedBefore };
    }
    const answer = await verifyCredentials({ identifier: uid_field, password, fields: userFields(settings) }, at);
    return outcomeOf(answer, remember_me);
  },
});

/** What the plan knows of a user who is left where another name is typed, as after a restart that keeps the context. */
const provedBefore = [
  'pending_user',
  'second_factor',
  'auth_method',
  'identity',
  'is_sso',
  'source',
  'oauth_userinfo',
  'source_stage',
  'source_stage_user',
] as const;

/** True also where the plan has no user yet: then no account is looked up. */
async function isOfProvedUser(typed: string, settings: IdentificationSettings, at: StageContext): Promise<boolean> {
  const { pending_user: user } = at.context;
  return user === undefined || (await at.services.profiles.findByTyped(typed, userFields(settings)))?.id === user;
}

function userFields(settings: IdentificationSettings): readonly LoginField[] {
  return settings.userFields ?? ['username', 'email'];
}

function asksToRemember({ password, rememberMe }: IdentificationSettings): boolean {
  return password === true && rememberMe === true;
}

function asked(settings: IdentificationSettings): readonly string[] {
  return [
    'uid_field',
    ...(settings.password === true ? ['password'] : []),
    ...(asksToRemember(settings) ? ['remember_me'] : []),
    ...captchaKeys(settings.captcha),
    ...(settings.webauthnStage === true ? ['passkey'] : []),
  ];
}

/**
 * Asks users for their name, and for a passkey or the password where these are set.
 * @throws ERR_ENROLLMENT_CONFIG for wrong settings, and without the package of passkeys
 */
export function identification(settings: Parameters<typeof stage>[0]): AskingStage {
  const made = stage(settings);
  if (settings.rememberMe === true && settings.password !== true)
    throw configError([
      `identification stage '${settings.name}': rememberMe needs password: true; else set it on passwordStage`,
    ]);
  if (settings.webauthnStage === true) checkPackage('@simplewebauthn/server', 'identification with webauthnStage');
  return made;
}

/**
 * A text that is not a path of the app counts as a flow's slug: no flow is called `//host`, so the app does not start.
 */
function linkTo(place: string | undefined, label: LinkText, question?: LinkText): readonly StageLink[] {
  if (place === undefined) return [];
  const link = { to: ownPath(anySite, place) ?? flowTarget(place), label: message(label) };
  return [question === undefined ? link : { ...link, question: message(question) }];
}

type LinkText = `stage.identification.${'passwordless' | 'enrollment' | 'recovery'}` | 'link.new_here';
