import { message } from '../base/message.js';
import { messageRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import { defineFlow, type Flow } from '../flow/flow.js';
import type { PolicySetSpec } from '../flow/policy-set.js';
import { stageWordingsRule, type PageWording } from '../flow/page-wording.js';
import type { MessageLike } from '../flow/prompt.js';
import { guardRules } from '../flow/setting-rules.js';
import { inviteCode } from '../policies/invite-code.js';
import { inviteCodePrompt } from '../prompts/invite-code.js';
import { acceptInvitation, type AcceptInvitationSettings } from '../stages/accept-invitation.js';
import { promptStage } from '../stages/prompt.js';

interface AcceptInvitationFlowSettings extends AcceptInvitationSettings, PolicySetSpec {
  /** Default `accept-invitation`. */
  readonly slug?: string;
  readonly title?: MessageLike;
  /** One sentence below the title of the first page. */
  readonly intro?: MessageLike;
  /** Title, intro and button of single pages, by stage. */
  readonly wording?: { readonly [Stage in 'invite-code' | 'accept-invitation']?: PageWording };
  /** Where to redirect at the end when neither a link nor the invitation has another target; default `/`. */
  readonly target?: string;
}

const check = settingsCheck<AcceptInvitationFlowSettings>('acceptInvitationFlow', (joi) => ({
  ...guardRules(joi),
  slug: joi.string(),
  title: messageRule(joi),
  intro: messageRule(joi),
  wording: stageWordingsRule(joi, 'invite-code', 'accept-invitation'),
  describe: joi.function(),
  declined: joi.string(),
  target: joi.string(),
}));

/**
 * For people who have an account: code → what the invitation is for → accepted. Visitors who are not signed in sign in
 * on the way. Links of invitations lead signed-in visitors here.
 */
export function acceptInvitationFlow(settings: AcceptInvitationFlowSettings = {}): Flow {
  check(settings);
  const { slug = 'accept-invitation', title, intro, wording = {}, target = '/' } = settings;
  const { describe, declined, policies, mode } = settings;
  return defineFlow({
    slug,
    title: title ?? message('accept.title'),
    ...(intro === undefined ? {} : { intro }),
    designation: 'authorization',
    authentication: 'require_authenticated',
    // A `next` must not take visitors past the page that asks them to sign in.
    deniedAction: 'message',
    target,
    ...(policies === undefined ? {} : { policies }),
    ...(mode === undefined ? {} : { mode }),
    stages: [
      promptStage({
        name: 'invite-code',
        prompts: [inviteCodePrompt()],
        validation: [inviteCode({ existingAccount: true })],
        ...wording['invite-code'],
      }),
      acceptInvitation({
        name: 'accept-invitation',
        ...(describe === undefined ? {} : { describe }),
        ...(declined === undefined ? {} : { declined }),
        ...wording['accept-invitation'],
      }),
    ],
  });
}
