import { message } from '../base/message.js';
import { messageRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import { defineFlow, type Flow } from '../flow/flow.js';
import { stageWordingsRule, type PageWording } from '../flow/page-wording.js';
import type { MessageLike } from '../flow/prompt.js';
import { ifOwnerUnclear } from '../policies/if-owner-unclear.js';
import { ifSignedOut } from '../policies/if-signed-out.js';
import { ifSso } from '../policies/if-sso.js';
import { ifUnproved } from '../policies/if-unproved.js';
import { accountChoice } from '../stages/account-choice.js';
import { connectPassword } from '../stages/connect-password.js';
import { sourceConnect } from '../stages/source-connect.js';
import { secondFactorRule, secondFactorStages, type SecondFactorSettings } from './second-factor-stages.js';
import { userLogin } from '../stages/user-login.js';

interface ConnectAccountSettings {
  /** Default `connect-account`. */
  readonly slug?: string;
  readonly title?: MessageLike;
  /** One sentence below the title of the first page. */
  readonly intro?: MessageLike;
  /** Title, intro and button of single pages, by stage. */
  readonly wording?: { readonly [Stage in 'account-choice' | 'password' | 'source-connect']?: PageWording };
  /** False when accounts have no passwords: a recent sign-in is then the only evidence of ownership. Default true. */
  readonly password?: boolean;
  /** True, or settings: asks users who have an authenticator for it, before the connection. Default: not asked. */
  readonly secondFactor?: boolean | SecondFactorSettings;
  /** Where to redirect at the end when no other target was requested; default `/`. */
  readonly target?: string;
}

const check = settingsCheck<ConnectAccountSettings>('connectAccountFlow', (joi) => ({
  slug: joi.string(),
  title: messageRule(joi),
  intro: messageRule(joi),
  wording: stageWordingsRule(joi, 'account-choice', 'password', 'source-connect'),
  password: joi.boolean(),
  secondFactor: secondFactorRule(joi),
  target: joi.string(),
}));

/**
 * For identities that a source returned and whose account is not connected yet: the password, unless the user has
 * signed in within ten minutes → a button → connected, and signed in. A person whose address an account has that never
 * proved it can go on to an account of their own.
 */
export function connectAccountFlow(settings: ConnectAccountSettings = {}): Flow {
  check(settings);
  const {
    slug = 'connect-account',
    title,
    intro,
    wording = {},
    password = true,
    secondFactor = false,
    target = '/',
  } = settings;
  const prove = connectPassword({
    name: 'password',
    title: message('flow.connect_account.password'),
    ...wording.password,
  });
  const choose = accountChoice({
    name: 'account-choice',
    title: message('source.prove.title'),
    ...wording['account-choice'],
  });
  return defineFlow({
    slug,
    title: title ?? message('flow.connect_account.title'),
    ...(intro === undefined ? {} : { intro }),
    designation: 'stage_configuration',
    sourceRole: 'connection',
    authentication: 'none',
    target,
    policies: [ifSso()],
    providedContext: ['identity', 'connect_to', 'pending_user', 'pending_user_identifier'],
    stages: [
      { stage: choose, policies: [ifOwnerUnclear()] },
      ...(password ? [{ stage: prove, policies: [ifUnproved()] }] : []),
      ...secondFactorStages(secondFactor),
      sourceConnect({ name: 'source-connect', ...wording['source-connect'] }),
      { stage: userLogin({ name: 'user-login' }), policies: [ifSignedOut()] },
    ],
  });
}
