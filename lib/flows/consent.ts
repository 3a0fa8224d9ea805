import { message } from '../base/message.js';
import { messageRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import { defineFlow, type Flow } from '../flow/flow.js';
import { stageWordingsRule, type PageWording } from '../flow/page-wording.js';
import type { MessageLike } from '../flow/prompt.js';
import { consentRules, consentStage, type ConsentSettings } from '../stages/consent.js';

interface ConsentFlowSettings extends ConsentSettings {
  readonly slug: string;
  readonly title?: MessageLike;
  /** One sentence below the title. */
  readonly intro?: MessageLike;
  /** Title, intro and button of the page. */
  readonly wording?: { readonly consent?: PageWording };
  /** Where to redirect at the end when no other target was requested; default `/`. */
  readonly target?: string;
}

const check = settingsCheck<ConsentFlowSettings>('consentFlow', (joi) => ({
  ...consentRules(joi),
  slug: joi.string().required(),
  title: messageRule(joi),
  intro: messageRule(joi),
  wording: stageWordingsRule(joi, 'consent'),
  target: joi.string(),
}));

/**
 * For signed-in users: whether an application may have access → back to `next`. Users who allowed it before are sent on
 * without a page. Check with `enrollment.consents.isGranted` before you hand anything over: every visitor can open
 * `next` by hand.
 */
export function consentFlow(settings: ConsentFlowSettings): Flow {
  check(settings);
  const { slug, title, intro, wording = {}, target = '/', ...consent } = settings;
  return defineFlow({
    slug,
    title: title ?? message('stage.consent.title'),
    ...(intro === undefined ? {} : { intro }),
    designation: 'authorization',
    authentication: 'require_authenticated',
    // Not on to `next`: the visitor has allowed nothing.
    deniedAction: 'message',
    target,
    stages: [consentStage({ name: 'consent', ...wording.consent, ...consent })],
  });
}
