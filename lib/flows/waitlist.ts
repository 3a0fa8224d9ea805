import { message } from '../base/message.js';
import { limitRule, messageRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import { defineFlow, type Flow } from '../flow/flow.js';
import { stageWordingsRule, type PageWording } from '../flow/page-wording.js';
import type { Policy } from '../flow/policy.js';
import type { Prompt, MessageLike } from '../flow/prompt.js';
import { fieldsRule, policiesRule } from '../flow/setting-rules.js';
import { rarely } from '../policies/rarely.js';
import { text } from '../prompts/text.js';
import { waitlistAddress } from '../prompts/waitlist-address.js';
import { captchaRule } from '../stages/captcha-field.js';
import { promptStage } from '../stages/prompt.js';
import type { IdentificationSettings } from '../stages/identification.js';
import { askForInvitation, waitlistJoined, type AskForInvitationSettings } from '../stages/waitlist.js';

interface WaitlistFlowSettings extends Pick<AskForInvitationSettings, 'tenant' | 'perAddress'> {
  readonly slug: string;
  readonly title?: MessageLike;
  /** One sentence below the title of the first page. */
  readonly intro?: MessageLike;
  /** Title, intro and button of single pages, by stage. */
  readonly wording?: { readonly [Stage in 'request' | 'waitlist_joined']?: PageWording };
  /**
   * What is asked, in order; the answer of a prompt of your own is kept with the request. The address is always asked.
   * Default: only the address.
   */
  readonly fields?: readonly ('email' | 'name' | Prompt)[];
  /** Further validation policies of the page. */
  readonly validation?: readonly Policy[];
  /** The text of the last page. */
  readonly thanks?: MessageLike;
  /** A captcha on the page, verified before anything else. Default: none. */
  readonly captcha?: NonNullable<IdentificationSettings['captcha']>;
  /** How many requests one client address may make; default 20 in an hour, because an office shares one. */
  readonly perClient?: NonNullable<AskForInvitationSettings['perAddress']>;
  /** The target of the last page's button; default `/`. */
  readonly target?: string;
}

const check = settingsCheck<WaitlistFlowSettings>('waitlistFlow', (joi) => ({
  slug: joi.string().required(),
  title: messageRule(joi),
  intro: messageRule(joi),
  wording: stageWordingsRule(joi, 'request', 'waitlist_joined'),
  fields: fieldsRule(joi, 'email', 'name'),
  validation: policiesRule(joi),
  thanks: messageRule(joi),
  captcha: captchaRule(joi),
  tenant: joi.string(),
  perAddress: limitRule(joi),
  perClient: limitRule(joi),
  target: joi.string(),
}));

/**
 * Requests an invitation: one page, the request added to the waitlist, a page that confirms it. It creates no account
 * and signs no user in. People who are already listed, invited or members get the same pages.
 */
export function waitlistFlow(settings: WaitlistFlowSettings): Flow {
  check(settings);
  const { fields = ['email'], validation = [], perClient = { points: 20, windowSeconds: 3600 }, tenant } = settings;
  const prompts = (fields.includes('email') ? fields : ['email' as const, ...fields]).map(promptOf);
  return defineFlow({
    slug: settings.slug,
    title: settings.title ?? message('flow.waitlist.title'),
    ...(settings.intro === undefined ? {} : { intro: settings.intro }),
    // Not 'enrollment': invitation links lead to the first flow of that designation.
    designation: 'authorization',
    authentication: 'none',
    target: settings.target ?? '/',
    stages: [
      promptStage({
        name: 'request',
        submit: message('flow.waitlist.submit'),
        prompts,
        validation: [...validation, rarely(perClient)],
        ...(settings.captcha === undefined ? {} : { captcha: settings.captcha }),
        ...settings.wording?.request,
      }),
      askForInvitation({
        name: 'ask-for-invitation',
        answers: prompts.map(({ key }) => key).filter((key) => key !== 'email'),
        ...(tenant === undefined ? {} : { tenant }),
        ...(settings.perAddress === undefined ? {} : { perAddress: settings.perAddress }),
      }),
      waitlistJoined({
        name: 'waitlist_joined',
        title: message('flow.waitlist.noted'),
        submit: message('flow.waitlist.back'),
        ...settings.wording?.waitlist_joined,
        ...(settings.thanks === undefined ? {} : { text: settings.thanks }),
      }),
    ],
  });
}

function promptOf(field: 'email' | 'name' | Prompt): Prompt {
  if (typeof field !== 'string') return field;
  return field === 'email'
    ? waitlistAddress({
        key: 'email',
        label: message('flow.waitlist.email'),
        subText: message('flow.waitlist.email_help'),
      })
    : text({
        key: 'name',
        label: message('flow.waitlist.name'),
        blank: message('prompt.name.blank'),
        autocomplete: 'name',
      });
}
