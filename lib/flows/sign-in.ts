import { message } from '../base/message.js';
import { secondsRule, messageRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import { defineFlow, type Flow } from '../flow/flow.js';
import { stageWordingsRule, type PageWording } from '../flow/page-wording.js';
import type { Policy } from '../flow/policy.js';
import type { MessageLike } from '../flow/prompt.js';
import { policiesRule } from '../flow/setting-rules.js';
import { ifUnproved } from '../policies/if-unproved.js';
import { captchaRule } from '../stages/captcha-field.js';
import { identification, type IdentificationSettings } from '../stages/identification.js';
import { passwordStage } from '../stages/password.js';
import { identificationLinksRule, userFieldsRule } from '../stages/sign-in-rules.js';
import { secondFactorStages, secondFactorRule, type SecondFactorSettings } from './second-factor-stages.js';
import { userLogin } from '../stages/user-login.js';
import { emailProofStages } from './verify-email.js';

export interface SignInFlowSettings extends Pick<
  IdentificationSettings,
  'userFields' | 'links' | 'captcha' | 'webauthnStage' | 'passwordlessFlow'
> {
  readonly slug: string;
  readonly title?: MessageLike;
  /** One sentence below the title of the first page. */
  readonly intro?: MessageLike;
  /** Title, intro and button of single pages, by stage. */
  readonly wording?: { readonly [Stage in 'identification' | 'password' | 'email']?: PageWording };
  /** True: the password has its own page, after the page for the name. Default false. */
  readonly passwordPage?: boolean;
  /**
   * True, or settings: asks users who have an authenticator for a passkey or a code, after the password. Needs the
   * option `authenticators` and the package `otplib`. Default: not asked, with a warning where other flows set one up;
   * false: it is meant.
   */
  readonly secondFactor?: boolean | SecondFactorSettings;
  /**
   * True: users whose address was only typed confirm it by a code that is mailed to it, before they are signed in. Needs
   * the option `mailer`, and users who can read that mailbox. Default false.
   */
  readonly verifyEmail?: boolean;
  /** Offers to stay signed in after the browser is closed, for this many seconds; default: not offered. */
  readonly staySignedInSeconds?: number;
  /** Further validation policies of the first page. They run before any account is looked up. */
  readonly validation?: readonly Policy[];
  /** Where to redirect after signing in when no other target was requested; default `/`. */
  readonly target?: string;
}

const check = settingsCheck<SignInFlowSettings>('signInFlow', (joi) => ({
  slug: joi.string().required(),
  title: messageRule(joi),
  intro: messageRule(joi),
  wording: stageWordingsRule(joi, 'identification', 'password', 'email'),
  userFields: userFieldsRule(joi),
  links: identificationLinksRule(joi),
  captcha: captchaRule(joi),
  webauthnStage: joi.boolean(),
  passwordlessFlow: joi.string(),
  passwordPage: joi.boolean(),
  secondFactor: secondFactorRule(joi),
  staySignedInSeconds: secondsRule(joi),
  verifyEmail: joi.boolean(),
  validation: policiesRule(joi),
  target: joi.string(),
}));

/** For people with an account: name and password → signed in. Signed-in users are redirected to the target. */
export function signInFlow(settings: SignInFlowSettings): Flow {
  check(settings);
  const { slug, links, userFields, staySignedInSeconds, validation = [], target = '/' } = settings;
  const ownPage = settings.passwordPage === true;
  const rememberMe = staySignedInSeconds !== undefined;
  const fields = userFields === undefined ? {} : { userFields };
  const { webauthnStage = false, passwordlessFlow } = settings;
  const password = passwordStage({
    name: 'password',
    title: message('flow.sign_in.password'),
    ...settings.wording?.password,
    ...fields,
    rememberMe,
  });
  return defineFlow({
    slug,
    title: settings.title ?? message('flow.sign_in.title'),
    ...(settings.intro === undefined ? {} : { intro: settings.intro }),
    designation: 'authentication',
    authentication: 'require_unauthenticated',
    skipsSecondFactor: settings.secondFactor === false,
    target,
    stages: [
      identification({
        name: 'identification',
        ...settings.wording?.identification,
        ...fields,
        ...(links === undefined ? {} : { links }),
        ...(webauthnStage ? { webauthnStage } : {}),
        ...(passwordlessFlow === undefined ? {} : { passwordlessFlow }),
        ...(ownPage ? {} : { password: true, rememberMe }),
        ...(settings.captcha === undefined ? {} : { captcha: settings.captcha }),
        validation,
      }),
      // A passkey on the first page has proved who it is.
      ...(ownPage ? [webauthnStage ? { stage: password, policies: [ifUnproved()] } : password] : []),
      ...secondFactorStages(settings.secondFactor ?? false),
      ...(settings.verifyEmail === true ? emailProofStages('account', settings.wording?.email) : []),
      userLogin({
        name: 'user-login',
        ...(staySignedInSeconds === undefined ? {} : { rememberMeSeconds: staySignedInSeconds }),
      }),
    ],
  });
}
