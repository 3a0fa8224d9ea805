import { message, type Texts } from '../base/message.js';
import { defineFlow, type Flow } from '../flow/flow.js';
import type { Wording } from '../flow/prompt.js';
import { ifSso } from '../policies/if-sso.js';
import { ifUsernameMissing } from '../policies/if-username-missing.js';
import { inviteCode } from '../policies/invite-code.js';
import { text } from '../prompts/text.js';
import { username } from '../prompts/username.js';
import { promptStage } from '../stages/prompt.js';
import { userLogin } from '../stages/user-login.js';
import { userWrite } from '../stages/user-write.js';

export interface NoAccessYetSettings {
  /** Default `no-access-yet`. */
  readonly slug?: string;
  readonly title?: Wording;
  /** Where to go after signing in when nothing else was asked for; default `/`. */
  readonly target?: string;
}

const messages: Texts = Object.freeze({
  'flow.no_access_yet.title': 'One more step: your invitation code',
  'flow.no_access_yet.code': 'Invitation code',
  'flow.no_access_yet.code_help':
    'Your provider knows you, and there is no account of yours here yet. Upper or lower case, with or without dashes.',
  'flow.no_access_yet.username_title': 'Choose a username',
  'flow.no_access_yet.username': 'Username',
});

/**
 * The gate for people whom a source recognised and who have no account: code → a user name where the provider gave none
 * that is free → account and connection → signed in. Nobody comes here without a source.
 */
export function noAccessYetFlow(settings: NoAccessYetSettings = {}): Flow {
  return defineFlow({
    slug: settings.slug ?? 'no-access-yet',
    title: settings.title ?? message('flow.no_access_yet.title'),
    designation: 'enrollment',
    authentication: 'require_unauthenticated',
    target: settings.target ?? '/',
    messages,
    policies: [ifSso()],
    stages: [
      promptStage({
        name: 'invite-code',
        prompts: [
          text({
            key: 'invite_code',
            label: message('flow.no_access_yet.code'),
            subText: message('flow.no_access_yet.code_help'),
            initial: ({ facts }) => facts.arrival.code?.reveal() ?? '',
          }),
        ],
        validation: [inviteCode()],
      }),
      {
        stage: promptStage({
          name: 'username',
          title: message('flow.no_access_yet.username_title'),
          prompts: [username({ key: 'username', label: message('flow.no_access_yet.username') })],
        }),
        policies: [ifUsernameMissing()],
      },
      userWrite({ name: 'user-write' }),
      userLogin({ name: 'user-login' }),
    ],
  });
}
