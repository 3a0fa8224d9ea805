import type { JsonObject } from '../base/json.js';
import { message } from '../base/message.js';
import type { RedirectTarget } from '../base/target.js';
import { defineStage } from '../flow/define-stage.js';
import type { AskingStage } from '../flow/stage.js';

interface PasswordChangedSettings {
  /** Where its button leads; default: the flow's target. */
  readonly next?: RedirectTarget;
}

const stage = defineStage<PasswordChangedSettings, { readonly text: JsonObject }, Record<string, never>>({
  kind: 'password_changed',
  settings: (joi) => ({ next: joi.object() }),
  leadsTo: ({ next }) => (next !== undefined && 'flow' in next ? next.flow : null),
  component: 'ak-stage-password-changed',
  view: 'pages/noted',
  pageOnly: true,
  fields: () => [],
  submit: () => message('flow.recovery.sign_in'),
  challenge: () => ({ text: { id: 'flow.recovery.changed_text' } }),
  read: () => ({ ok: true, value: {} }),
  // The sign-in leads on to the target that was requested. Nothing else is taken there.
  respond: (_answers, { next }) =>
    next === undefined ? { type: 'completed' } : { type: 'ended', to: next, keepContext: false },
});

/** The last page of a recovery: the password is changed, and its button leads to the sign-in. */
export function passwordChanged(settings: Parameters<typeof stage>[0]): AskingStage {
  return stage({ title: message('flow.recovery.changed'), ...settings });
}
