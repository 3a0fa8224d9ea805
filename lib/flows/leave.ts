import { message } from '../base/message.js';
import { messageRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import { defineFlow, type Flow } from '../flow/flow.js';
import { stageWordingsRule, type PageWording } from '../flow/page-wording.js';
import type { MessageLike } from '../flow/prompt.js';
import { ifHasPassword } from '../policies/if-has-password.js';
import { recentlyAuthenticated } from '../policies/recently-authenticated.js';
import { confirmPassword } from '../stages/confirm-password.js';
import { userDelete } from '../stages/user-delete.js';
import { validateAuthenticator } from '../stages/validate-authenticator.js';

interface LeaveSettings {
  /** Default `leave`. */
  readonly slug?: string;
  readonly title?: MessageLike;
  /** Title, intro and button of single pages, by stage: say in `delete` what your users lose. */
  readonly wording?: { readonly [Stage in 'confirm' | 'delete']?: PageWording };
  /** True: asks users who have an authenticator for a code too. Needs the option `authenticators`. Default false. */
  readonly secondFactor?: boolean;
  /** Where to redirect at the end; default `/`. */
  readonly target?: string;
}

const check = settingsCheck<LeaveSettings>('leaveFlow', (joi) => ({
  slug: joi.string(),
  title: messageRule(joi),
  wording: stageWordingsRule(joi, 'confirm', 'delete'),
  secondFactor: joi.boolean(),
  target: joi.string(),
}));

/**
 * For signed-in users: their password → a code where they have an authenticator → a page that says what is lost → the
 * account is deleted, and they are signed out. Users without a password must have signed in within ten minutes.
 */
export function leaveFlow(settings: LeaveSettings = {}): Flow {
  check(settings);
  const { slug = 'leave', wording = {}, secondFactor = false, target = '/' } = settings;
  return defineFlow({
    slug,
    title: settings.title ?? message('flow.leave.title'),
    designation: 'unenrollment',
    authentication: 'require_authenticated',
    target,
    mode: 'any',
    policies: [ifHasPassword(), recentlyAuthenticated()],
    stages: [
      {
        stage: confirmPassword({
          name: 'confirm',
          title: message('authenticator.password.title'),
          ...wording.confirm,
        }),
        policies: [ifHasPassword()],
      },
      ...(secondFactor ? [validateAuthenticator({ name: 'second-factor' })] : []),
      userDelete({ name: 'delete', ...wording.delete }),
    ],
  });
}
