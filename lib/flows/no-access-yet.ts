import { message } from '../base/message.js';
import { messageRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import { defineFlow, type Flow, type StageBindingSpec } from '../flow/flow.js';
import type { Prompt, MessageLike } from '../flow/prompt.js';
import { fieldsRule } from '../flow/setting-rules.js';
import { stageWordingsRule, type PageWording } from '../flow/page-wording.js';
import { ifMissing } from '../policies/if-missing.js';
import { ifSso } from '../policies/if-sso.js';
import { ifUsernameMissing } from '../policies/if-username-missing.js';
import { inviteCode } from '../policies/invite-code.js';
import { email, emailToVerify } from '../prompts/email.js';
import { inviteCodePrompt } from '../prompts/invite-code.js';
import { text } from '../prompts/text.js';
import { username } from '../prompts/username.js';
import { emailStage } from '../stages/email.js';
import { promptStage } from '../stages/prompt.js';
import { promptCaptchaRule } from '../stages/prompt-captcha.js';
import type { PromptCaptcha } from '../stages/asked-prompts.js';
import { userLogin } from '../stages/user-login.js';
import { userWrite } from '../stages/user-write.js';

type Page = 'invite-code' | 'username' | 'email' | 'name' | 'more' | 'email-code';

interface NoAccessYetSettings {
  /** Default `no-access-yet`. */
  readonly slug?: string;
  readonly title?: MessageLike;
  /** One sentence below the title of the first page. */
  readonly intro?: MessageLike;
  /** Title, intro and button of single pages, by stage. */
  readonly wording?: { readonly [Stage in Page]?: PageWording };
  /**
   * What an account needs. Each value is asked only where the provider returned none; a username also where another
   * account has it. Default `['username', 'email']`. A prompt of your own is always asked, and its answer kept in the
   * account's data.
   */
  readonly fields?: readonly ('username' | 'email' | 'name' | Prompt)[];
  /**
   * A captcha on the page of the code, verified before the code is. `{ captcha, when: 'many_wrong_codes' }` asks for it
   * only while the wrong codes of all clients are above `rateLimits.codes.overall`. Default: none.
   */
  readonly captcha?: PromptCaptcha;
  /**
   * True: an address that the provider does not vouch for is proved by a code before the account is written. Needs the
   * option `mailer`. Default false.
   */
  readonly verifyEmail?: boolean;
  /** Where to redirect after signing in when no other target was requested; default `/`. */
  readonly target?: string;
}

const check = settingsCheck<NoAccessYetSettings>('noAccessYetFlow', (joi) => ({
  slug: joi.string(),
  title: messageRule(joi),
  intro: messageRule(joi),
  wording: stageWordingsRule(joi, 'invite-code', 'username', 'email', 'name', 'more', 'email-code'),
  fields: fieldsRule(joi, 'username', 'email', 'name'),
  captcha: promptCaptchaRule(joi),
  verifyEmail: joi.boolean(),
  target: joi.string(),
}));

/**
 * The gate for identities that a source returned and that have no account: code → a username where the provider
 * returned none that is free → account and connection → signed in. It is reached from a source only.
 */
export function noAccessYetFlow(settings: NoAccessYetSettings = {}): Flow {
  check(settings);
  const { fields = ['username', 'email'] } = settings;
  const own = fields.filter((field) => typeof field !== 'string');
  const typed = fields.filter((field) => typeof field === 'string');
  const last = own.length > 0 ? 'more' : (typed.at(-1) ?? 'invite-code');
  const wordsOf = (stage: Page): PageWording => ({
    ...(stage === last ? { submit: message('flow.invite.submit') } : {}),
    ...settings.wording?.[stage],
  });
  return defineFlow({
    slug: settings.slug ?? 'no-access-yet',
    title: settings.title ?? message('flow.no_access_yet.title'),
    ...(settings.intro === undefined ? {} : { intro: settings.intro }),
    designation: 'enrollment',
    sourceRole: 'enrollment',
    authentication: 'require_unauthenticated',
    target: settings.target ?? '/',
    policies: [ifSso()],
    providedContext: ['identity', 'prompt_data'],
    stages: [
      promptStage({
        name: 'invite-code',
        title: message('flow.no_access_yet.code_title'),
        ...wordsOf('invite-code'),
        prompts: [
          inviteCodePrompt({
            label: message('flow.no_access_yet.code'),
            subText: message('flow.no_access_yet.code_help'),
          }),
        ],
        validation: [inviteCode()],
        ...(settings.captcha === undefined ? {} : { captcha: settings.captcha }),
      }),
      ...typed.map((field) => missing(field, wordsOf(field), settings.verifyEmail === true)),
      ...(own.length === 0
        ? []
        : [
            promptStage({
              name: 'more',
              title: message('flow.no_access_yet.more_title'),
              ...wordsOf('more'),
              prompts: own,
            }),
          ]),
      ...(settings.verifyEmail === true
        ? [
            emailStage({
              name: 'email-code',
              submit: message('flow.invite.submit'),
              ...settings.wording?.['email-code'],
              recipient: 'typed',
            }),
          ]
        : []),
      userWrite({ name: 'user-write', attributes: own.map(({ key }) => key) }),
      userLogin({ name: 'user-login' }),
    ],
  });
}

const labels = {
  username: 'flow.no_access_yet.username',
  email: 'flow.no_access_yet.email',
  name: 'flow.no_access_yet.name',
} as const;
const titles = {
  username: 'flow.no_access_yet.username_title',
  email: 'flow.no_access_yet.email_title',
  name: 'flow.no_access_yet.name_title',
} as const;

function missing(field: 'username' | 'email' | 'name', wording: PageWording, verifies: boolean): StageBindingSpec {
  const about = { key: field, label: message(labels[field]) };
  const prompt =
    field === 'username'
      ? username(about)
      : field === 'email'
        ? (verifies ? emailToVerify : email)(about)
        : text({ ...about, blank: message('prompt.name.blank'), autocomplete: 'name' });
  return {
    stage: promptStage({ name: field, title: message(titles[field]), ...wording, prompts: [prompt] }),
    policies: [field === 'username' ? ifUsernameMissing() : ifMissing(field)],
  };
}
