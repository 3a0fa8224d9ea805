import { message } from '../base/message.js';
import { messageRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import { defineFlow, type Flow } from '../flow/flow.js';
import { stageWordingsRule, type PageWording } from '../flow/page-wording.js';
import type { MessageLike } from '../flow/prompt.js';
import { userLogout } from '../stages/user-logout.js';

interface SignOutFlowSettings {
  readonly slug: string;
  readonly title?: MessageLike;
  /** One sentence below the title of the first page. */
  readonly intro?: MessageLike;
  /** Title, intro and button of the page. */
  readonly wording?: { readonly 'user-logout'?: PageWording };
  /** Where to redirect after signing out when no other target was requested; default `/`. */
  readonly target?: string;
}

const check = settingsCheck<SignOutFlowSettings>('signOutFlow', (joi) => ({
  slug: joi.string().required(),
  title: messageRule(joi),
  intro: messageRule(joi),
  wording: stageWordingsRule(joi, 'user-logout'),
  target: joi.string(),
}));

/**
 * A button that signs out. Every visitor may press it: for a signed-out visitor the page says so, and the
 * button leads on and only clears the flows' cookies.
 */
export function signOutFlow(settings: SignOutFlowSettings): Flow {
  check(settings);
  return defineFlow({
    slug: settings.slug,
    title: settings.title ?? message('stage.user_logout.title'),
    ...(settings.intro === undefined ? {} : { intro: settings.intro }),
    designation: 'invalidation',
    authentication: 'none',
    target: settings.target ?? '/',
    stages: [userLogout({ name: 'user-logout', ...settings.wording?.['user-logout'] })],
  });
}
