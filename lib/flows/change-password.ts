import { newPasswordPage } from './new-password-page.js';
import { message } from '../base/message.js';
import { messageRule, passwordLengthRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import { defineFlow, type Flow } from '../flow/flow.js';
import { stageWordingsRule, type PageWording } from '../flow/page-wording.js';
import type { Policy } from '../flow/policy.js';
import type { MessageLike } from '../flow/prompt.js';
import { policiesRule } from '../flow/setting-rules.js';
import { ifHasPassword } from '../policies/if-has-password.js';
import { recentlyAuthenticated } from '../policies/recently-authenticated.js';
import { confirmPassword } from '../stages/confirm-password.js';
import { passwordWrite } from '../stages/password-write.js';
import { validateAuthenticator } from '../stages/validate-authenticator.js';

interface ChangePasswordSettings {
  /** Default `change-password`. */
  readonly slug?: string;
  readonly title?: MessageLike;
  /** One sentence below the title of the first page. */
  readonly intro?: MessageLike;
  /** Title, intro and button of single pages, by stage. */
  readonly wording?: { readonly [Stage in 'confirm' | 'password']?: PageWording };
  /** True: asks users who have an authenticator for a code too. Needs the option `authenticators`. Default false. */
  readonly secondFactor?: boolean;
  /**
   * True: users without a password, as from a source, may set their first one within ten minutes after signing in.
   * Default false: the flow is not for them.
   */
  readonly firstPassword?: boolean;
  /** Further validation policies of the new password, such as `uniquePassword()`. */
  readonly validation?: readonly Policy[];
  /** The shortest password, in characters, from 8 to 128; default 15. */
  readonly minPasswordLength?: number;
  /** True: the password is asked twice. Default false. */
  readonly repeat?: boolean;
  /** Where to redirect at the end when no other target was requested; default `/`. */
  readonly target?: string;
}

const check = settingsCheck<ChangePasswordSettings>('changePasswordFlow', (joi) => ({
  slug: joi.string(),
  title: messageRule(joi),
  intro: messageRule(joi),
  wording: stageWordingsRule(joi, 'confirm', 'password'),
  secondFactor: joi.boolean(),
  firstPassword: joi.boolean(),
  validation: policiesRule(joi),
  minPasswordLength: passwordLengthRule(joi),
  repeat: joi.boolean(),
  target: joi.string(),
}));

/**
 * For signed-in users: the present password → a code where they have an authenticator → the new password → their other
 * sessions end.
 */
export function changePasswordFlow(settings: ChangePasswordSettings = {}): Flow {
  check(settings);
  const { slug = 'change-password', wording = {}, validation = [], target = '/' } = settings;
  const { secondFactor = false, firstPassword = false, repeat = false } = settings;
  const least = settings.minPasswordLength ?? 15;
  const confirm = confirmPassword({
    name: 'confirm',
    title: message('authenticator.password.title'),
    ...wording.confirm,
  });
  return defineFlow({
    slug,
    title: settings.title ?? message('flow.change_password.title'),
    ...(settings.intro === undefined ? {} : { intro: settings.intro }),
    designation: 'stage_configuration',
    authentication: 'require_authenticated',
    target,
    mode: 'any',
    policies: [ifHasPassword(), ...(firstPassword ? [recentlyAuthenticated()] : [])],
    stages: [
      firstPassword ? { stage: confirm, policies: [ifHasPassword()] } : confirm,
      ...(secondFactor ? [validateAuthenticator({ name: 'second-factor' })] : []),
      newPasswordPage({ least, repeat, wording: wording.password, validation }),
      passwordWrite({ name: 'password-write', ...(firstPassword ? { firstPassword } : {}) }),
    ],
  });
}
