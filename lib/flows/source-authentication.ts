import { message } from '../base/message.js';
import { secondsRule, messageRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import { defineFlow, type Flow, type StageBindingSpec } from '../flow/flow.js';
import { stageWordingsRule, type PageWording } from '../flow/page-wording.js';
import type { MessageLike } from '../flow/prompt.js';
import { stagesRule } from '../flow/setting-rules.js';
import type { Stage } from '../flow/stage.js';
import { ifSso } from '../policies/if-sso.js';
import { secondFactorRule, secondFactorStages, type SecondFactorSettings } from './second-factor-stages.js';
import { userLogin } from '../stages/user-login.js';

interface SourceAuthenticationSettings {
  /** Default `source-authentication`. */
  readonly slug?: string;
  readonly title?: MessageLike;
  /** One sentence below the title of the first page. */
  readonly intro?: MessageLike;
  /** Title, intro and button of the page on which the visitor signs in by a button; `stages` have their own wording. */
  readonly wording?: { readonly 'user-login'?: PageWording };
  /** Stages before the sign-in, such as terms to accept; default none. */
  readonly stages?: readonly (Stage | StageBindingSpec)[];
  /**
   * True, or settings: asks users who have an authenticator for it, after `stages`. Default: not asked, because the
   * provider may have its own second factor.
   */
  readonly secondFactor?: boolean | SecondFactorSettings;
  /** How long the sign-in lasts, in seconds; default null: as long as the browser's session. */
  readonly rememberSeconds?: number | null;
  /** Where to redirect after signing in when no other target was requested; default `/`. */
  readonly target?: string;
}

const check = settingsCheck<SourceAuthenticationSettings>('sourceAuthenticationFlow', (joi) => ({
  slug: joi.string(),
  title: messageRule(joi),
  intro: messageRule(joi),
  wording: stageWordingsRule(joi, 'user-login'),
  stages: stagesRule(joi),
  secondFactor: secondFactorRule(joi),
  rememberSeconds: secondsRule(joi).allow(null),
  target: joi.string(),
}));

/** Signs in a user whose identity a source returned. It shows a page only when a stage has something to ask. */
export function sourceAuthenticationFlow(settings: SourceAuthenticationSettings = {}): Flow {
  check(settings);
  const {
    slug = 'source-authentication',
    title,
    intro,
    wording = {},
    stages = [],
    secondFactor = false,
    rememberSeconds = null,
    target = '/',
  } = settings;
  return defineFlow({
    slug,
    title: title ?? message('flow.source_authentication.title'),
    ...(intro === undefined ? {} : { intro }),
    designation: 'authentication',
    sourceRole: 'authentication',
    authentication: 'require_unauthenticated',
    target,
    policies: [ifSso()],
    providedContext: ['identity', 'pending_user'],
    stages: [
      ...stages,
      ...secondFactorStages(secondFactor),
      userLogin({ name: 'user-login', ...wording['user-login'], rememberSeconds }),
    ],
  });
}
