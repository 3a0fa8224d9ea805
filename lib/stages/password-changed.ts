import type { JsonObject } from '../base/json.js';
import { message } from '../base/message.js';
import type { RedirectTarget } from '../base/target.js';
import { defineStage } from '../flow/define-stage.js';
import type { AskingStage } from '../flow/stage.js';

interface PasswordChangedSettings {
  /** Where its button leads; default: the flow's target. */
  readonly next?: RedirectTarget;
}

const stage = defineStage<PasswordChangedSettings, { readonly text: JsonObject }, Record<string, never>, 'redirect'>({
  kind: 'password_changed',
  settings: (joi) => ({ next: joi.object() }),
  component: 'ak-stage-password-changed',
  view: 'pages/noted',
  pageOnly: true,
  writes: ['redirect'],
  fields: () => [],
  submit: () => message('flow.recovery.sign_in'),
  challenge: () => ({ text: { id: 'flow.recovery.changed_text' } }),
  read: () => ({ ok: true, value: {} }),
  respond: (_answers, { next }) => ({
    type: 'completed',
    ...(next === undefined ? {} : { patch: { redirect: next } }),
  }),
});

/** The last page of a recovery: the password is changed, and its button leads to the sign-in. */
export function passwordChanged(settings: Parameters<typeof stage>[0]): AskingStage {
  return stage({ title: message('flow.recovery.changed'), ...settings });
}
