import { message } from '../base/message.js';
import { defineFlow, type Flow } from '../flow/flow.js';
import type { Wording } from '../flow/prompt.js';
import { userLogout } from '../stages/user-logout.js';

export interface SignOutFlowSettings {
  readonly slug: string;
  readonly title?: Wording;
  /** Where to go after signing out when nothing else was asked for; default `/`. */
  readonly target?: string;
}

/** A button that signs out. Anyone may press it: whoever is signed out already only loses the flows' cookies. */
export function signOutFlow(settings: SignOutFlowSettings): Flow {
  return defineFlow({
    slug: settings.slug,
    title: settings.title ?? message('stage.user_logout.title'),
    designation: 'invalidation',
    authentication: 'none',
    target: settings.target ?? '/',
    stages: [userLogout({ name: 'user-logout' })],
  });
}
