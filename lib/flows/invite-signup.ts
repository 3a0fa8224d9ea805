import { message } from '../base/message.js';
import { messageRule, passwordLengthRule } from '../base/setting-rules.js';
import { refuseSettings, settingsCheck } from '../base/settings.js';
import { defineFlow, type Flow } from '../flow/flow.js';
import { stageWordingsRule, type PageWording } from '../flow/page-wording.js';
import type { Policy } from '../flow/policy.js';
import type { Prompt, MessageLike } from '../flow/prompt.js';
import { fieldsRule, policiesRule } from '../flow/setting-rules.js';
import { inviteCode } from '../policies/invite-code.js';
import { passwordsMatch } from '../policies/passwords-match.js';
import { email, emailToVerify } from '../prompts/email.js';
import { inviteCodePrompt } from '../prompts/invite-code.js';
import { password } from '../prompts/password.js';
import { text } from '../prompts/text.js';
import { username } from '../prompts/username.js';
import { emailStage } from '../stages/email.js';
import { promptStage } from '../stages/prompt.js';
import { promptCaptchaRule } from '../stages/prompt-captcha.js';
import type { PromptCaptcha } from '../stages/asked-prompts.js';
import { userLogin } from '../stages/user-login.js';
import { userWrite } from '../stages/user-write.js';

interface InviteSignupSettings {
  readonly slug: string;
  readonly title?: MessageLike;
  /** One sentence below the title of the first page. */
  readonly intro?: MessageLike;
  /** Title, intro and button of single pages, by stage. */
  readonly wording?: { readonly [Stage in 'invite-code' | 'account' | 'email']?: PageWording };
  /**
   * What the account page asks, in order: `'username'`, `'email'`, `'name'`, `'password'`, or a prompt of
   * your own, whose answer is kept in the account's data.
   */
  readonly fields: readonly ('username' | 'email' | 'name' | 'password' | Prompt)[];
  /** Further validation policies of the account page. */
  readonly validation?: readonly Policy[];
  /** The shortest password, in characters, from 8 to 128; default 15. */
  readonly minPasswordLength?: number;
  /** True: the password is asked twice. Default false: one field, whose text the visitor can show. */
  readonly repeat?: boolean;
  /**
   * A captcha on the page of the code, verified before the code is. `{ captcha, when: 'many_wrong_codes' }` asks for it
   * only while the wrong codes of all clients are above `rateLimits.codes.overall`. Default: none.
   */
  readonly captcha?: PromptCaptcha;
  /**
   * True: the address is proved by a code before the account is written. Whether it has an account already is then said
   * by mail only. Needs the option `mailer` and `'email'` among the fields. Default false.
   */
  readonly verifyEmail?: boolean;
  /** Where to redirect after signing in when no other target was requested; default `/`. */
  readonly target?: string;
}

const check = settingsCheck<InviteSignupSettings>('inviteSignupFlow', (joi) => ({
  slug: joi.string().required(),
  title: messageRule(joi),
  intro: messageRule(joi),
  wording: stageWordingsRule(joi, 'invite-code', 'account', 'email'),
  fields: fieldsRule(joi, 'username', 'email', 'name', 'password').required(),
  validation: policiesRule(joi),
  minPasswordLength: passwordLengthRule(joi),
  repeat: joi.boolean(),
  captcha: promptCaptchaRule(joi),
  verifyEmail: joi.boolean(),
  target: joi.string(),
}));

/** The tutorial's flow: code → account page → account written → signed in. */
export function inviteSignupFlow(settings: InviteSignupSettings): Flow {
  check(settings);
  const verifies = settings.verifyEmail === true;
  if (verifies && !settings.fields.includes('email'))
    refuseSettings('inviteSignupFlow', settings, ['"verifyEmail" needs \'email\' among the fields']);
  const prompts = settings.fields.flatMap((field) =>
    typeof field === 'string' ? standardPrompts(field, settings) : [field],
  );
  const own = settings.fields.flatMap((field) => (typeof field === 'string' ? [] : [field.key]));
  const asksTwice = settings.repeat === true && settings.fields.includes('password');
  const code = inviteCodePrompt({ label: message('flow.invite.code'), subText: message('flow.invite.code_help') });
  return defineFlow({
    slug: settings.slug,
    title: settings.title ?? message('flow.invite.title'),
    ...(settings.intro === undefined ? {} : { intro: settings.intro }),
    designation: 'enrollment',
    authentication: 'require_unauthenticated',
    target: settings.target ?? '/',
    stages: [
      promptStage({
        name: 'invite-code',
        prompts: [code],
        validation: [inviteCode()],
        ...(settings.captcha === undefined ? {} : { captcha: settings.captcha }),
        ...settings.wording?.['invite-code'],
      }),
      promptStage({
        name: 'account',
        title: message('flow.invite.account'),
        ...(verifies ? {} : { submit: message('flow.invite.submit') }),
        ...settings.wording?.account,
        prompts,
        validation: [...(asksTwice ? [passwordsMatch()] : []), ...(settings.validation ?? [])],
      }),
      ...(verifies
        ? [
            emailStage({
              name: 'email',
              submit: message('flow.invite.submit'),
              ...settings.wording?.email,
              recipient: 'typed',
            }),
          ]
        : []),
      userWrite({ name: 'user-write', attributes: own }),
      userLogin({ name: 'user-login' }),
    ],
  });
}

function standardPrompts(
  field: 'username' | 'email' | 'name' | 'password',
  settings: InviteSignupSettings,
): readonly Prompt[] {
  switch (field) {
    case 'username':
      return [username({ key: 'username', label: message('flow.invite.username') })];
    case 'email':
      return [
        (settings.verifyEmail === true ? emailToVerify : email)({ key: 'email', label: message('flow.invite.email') }),
      ];
    case 'name':
      return [
        text({
          key: 'name',
          label: message('flow.invite.name'),
          blank: message('prompt.name.blank'),
          autocomplete: 'name',
        }),
      ];
    case 'password': {
      const least = settings.minPasswordLength ?? 15;
      return [
        password({
          key: 'password',
          label: message('flow.invite.password'),
          subText: message('flow.invite.password_help', { least }),
          minLength: least,
        }),
        ...(settings.repeat === true
          ? [password({ key: 'password_repeat', label: message('flow.invite.password_repeat'), repeats: true })]
          : []),
      ];
    }
  }
}
