import { confirmUnlessRecent } from './confirm-unless-recent.js';
import { message, type Message } from '../base/message.js';
import { messageRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import { defineFlow, type Flow } from '../flow/flow.js';
import type { MessageLike, Prompt } from '../flow/prompt.js';
import { fieldsRule } from '../flow/setting-rules.js';
import { keptValue, valueOfProfile } from '../prompts/profile-value.js';
import { email, emailToVerify } from '../prompts/email.js';
import { text } from '../prompts/text.js';
import { username } from '../prompts/username.js';
import { ifAddressChanged } from '../policies/if-address-changed.js';
import { emailStage } from '../stages/email.js';
import { promptStage } from '../stages/prompt.js';
import { userWrite } from '../stages/user-write.js';

interface ProfileSettings {
  /** Default `profile`. */
  readonly slug?: string;
  readonly title?: MessageLike;
  /**
   * What the page changes, in order: `'username'`, `'email'`, `'name'`, or prompts of your own, whose answers are kept
   * in the account's data. Default `['name']`.
   */
  readonly fields?: readonly ('username' | 'email' | 'name' | Prompt)[];
  /**
   * False: a new address counts at once, and as not proved; the page says whether another account has it. Default true:
   * once a code that is sent to it comes back, which needs the option `mailer`.
   */
  readonly confirmEmail?: boolean;
  /** Where to redirect at the end when no other target was requested; default `/`. */
  readonly target?: string;
}

const check = settingsCheck<ProfileSettings>('profileFlow', (joi) => ({
  slug: joi.string(),
  title: messageRule(joi),
  fields: fieldsRule(joi, 'username', 'email', 'name'),
  confirmEmail: joi.boolean(),
  target: joi.string(),
}));

const labels = {
  username: 'flow.invite.username',
  email: 'flow.invite.email',
  name: 'flow.invite.name',
} as const;

/**
 * For signed-in users: a page with what their account says → written. A change of the username or the address asks for
 * the password first, unless the user has authenticated within ten minutes. A new address counts once a code that was
 * sent to it comes back; the former one gets a link that undoes the change.
 */
export function profileFlow(settings: ProfileSettings = {}): Flow {
  check(settings);
  const { slug = 'profile', title = message('flow.account.profile'), fields = ['name'], target = '/' } = settings;
  const own = fields.filter((field) => typeof field !== 'string');
  const confirms = fields.includes('email') && settings.confirmEmail !== false;
  const isSensitive = fields.includes('username') || fields.includes('email');
  return defineFlow({
    slug,
    title,
    designation: 'stage_configuration',
    authentication: 'require_authenticated',
    target,
    stages: [
      ...(isSensitive ? [confirmUnlessRecent()] : []),
      promptStage({
        name: 'profile',
        submit: message('flow.account.save'),
        blankClears: true,
        prompts: fields.map((field) =>
          typeof field === 'string' ? presentPrompt(field, confirms) : withKeptValue(field),
        ),
      }),
      ...(confirms
        ? [
            { stage: emailStage({ name: 'email', recipient: 'typed' }), policies: [ifAddressChanged()] },
            // A mail may take longer than ten minutes.
            confirmUnlessRecent('confirm-again'),
          ]
        : []),
      userWrite({
        name: 'user-write',
        creationMode: 'never_create',
        attributes: own.map(({ key }) => key),
        provedEmail: confirms,
      }),
    ],
  });
}

function presentPrompt(field: 'username' | 'email' | 'name', confirms: boolean): Prompt {
  const label: Message = message(labels[field]);
  const initial = valueOfProfile(field);
  if (field === 'username') return username({ key: field, label, initial });
  if (field === 'email') return (confirms ? emailToVerify : email)({ key: field, label, initial });
  return text({ key: field, label, initial, autocomplete: 'name', blank: message('prompt.name.blank') });
}

function withKeptValue(prompt: Prompt): Prompt {
  return prompt.kind.asked && !prompt.kind.concealed ? keptValue(prompt) : prompt;
}
