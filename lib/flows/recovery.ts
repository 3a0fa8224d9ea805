import { newPasswordPage } from './new-password-page.js';
import { message } from '../base/message.js';
import { messageRule, passwordLengthRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import { flowTarget } from '../base/target.js';
import { defineFlow, type Flow } from '../flow/flow.js';
import { stageWordingsRule, type PageWording } from '../flow/page-wording.js';
import type { Policy } from '../flow/policy.js';
import type { MessageLike } from '../flow/prompt.js';
import { policiesRule } from '../flow/setting-rules.js';
import { emailStage, type EmailStageSettings } from '../stages/email.js';
import { identification, type IdentificationSettings } from '../stages/identification.js';
import { passwordChanged } from '../stages/password-changed.js';
import { passwordWrite } from '../stages/password-write.js';
import { userFieldsRule } from '../stages/sign-in-rules.js';
import { userLogin } from '../stages/user-login.js';
import { validateAuthenticator } from '../stages/validate-authenticator.js';

interface RecoveryFlowSettings
  extends Pick<IdentificationSettings, 'userFields'>, Pick<EmailStageSettings, 'expiresInSeconds'> {
  readonly slug: string;
  readonly title?: MessageLike;
  /** One sentence below the title of the first page. */
  readonly intro?: MessageLike;
  /** Title, intro and button of single pages, by stage. */
  readonly wording?: { readonly [Stage in 'identification' | 'email' | 'password' | 'changed']?: PageWording };
  /**
   * True: asks users who have an authenticator for a code, before the new password. Needs the option `authenticators`
   * and the package `otplib`. Required where the sign-in asks for one; else default false.
   */
  readonly secondFactor?: boolean;
  /** Further validation policies of the first page, a captcha for example. They run before any account is looked up. */
  readonly validation?: readonly Policy[];
  /** Further validation policies of the new password. */
  readonly passwordValidation?: readonly Policy[];
  /** The shortest password, in characters, from 8 to 128; default 15. */
  readonly minPasswordLength?: number;
  /** True: the password is asked twice. Default false. */
  readonly repeat?: boolean;
  /**
   * True signs the user in at the end. Default false: the last page leads to the sign-in, so that a stolen mailbox alone
   * opens no session.
   */
  readonly signIn?: boolean;
  /** The slug of the sign-in flow that the last page leads to; default: `target`. */
  readonly signInFlow?: string;
  /** Where to redirect at the end when no other target was requested; default `/`. */
  readonly target?: string;
}

const check = settingsCheck<RecoveryFlowSettings>('recoveryFlow', (joi) => ({
  slug: joi.string().required(),
  title: messageRule(joi),
  intro: messageRule(joi),
  wording: stageWordingsRule(joi, 'identification', 'email', 'password', 'changed'),
  userFields: userFieldsRule(joi),
  expiresInSeconds: joi.number().integer().min(60).max(86_400),
  secondFactor: joi.boolean(),
  validation: policiesRule(joi),
  passwordValidation: policiesRule(joi),
  minPasswordLength: passwordLengthRule(joi),
  repeat: joi.boolean(),
  signIn: joi.boolean(),
  signInFlow: joi.string(),
  target: joi.string(),
}));

/**
 * For people who have forgotten their password: name → a code by email → a new password → all other sessions end. Its
 * pages are the same for names without an account.
 */
export function recoveryFlow(settings: RecoveryFlowSettings): Flow {
  check(settings);
  const { slug, wording = {}, userFields, expiresInSeconds, validation = [], signInFlow, target = '/' } = settings;
  const names = userFields === undefined ? {} : { userFields };
  const least = settings.minPasswordLength ?? 15;
  const { secondFactor = false, repeat = false, signIn = false } = settings;
  return defineFlow({
    slug,
    title: settings.title ?? message('flow.recovery.title'),
    intro: settings.intro ?? message('flow.recovery.intro'),
    designation: 'recovery',
    authentication: 'require_unauthenticated',
    skipsSecondFactor: settings.secondFactor === false,
    target,
    stages: [
      identification({ name: 'identification', ...wording.identification, ...names, validation }),
      emailStage({
        name: 'email',
        ...wording.email,
        ...names,
        recipient: 'identified',
        ...(expiresInSeconds === undefined ? {} : { expiresInSeconds }),
      }),
      ...(secondFactor ? [validateAuthenticator({ name: 'second-factor' })] : []),
      newPasswordPage({ least, repeat, wording: wording.password, validation: settings.passwordValidation ?? [] }),
      passwordWrite({ name: 'password-write' }),
      signIn
        ? userLogin({ name: 'user-login' })
        : passwordChanged({
            name: 'changed',
            ...wording.changed,
            ...(signInFlow === undefined ? {} : { next: flowTarget(signInFlow) }),
          }),
    ],
  });
}
