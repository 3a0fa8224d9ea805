import type { JsonObject } from '../base/json.js';
import type { Awaitable } from '../base/awaitable.js';
import { message, messageJson, type Message } from '../base/message.js';
import { defineStage } from '../flow/define-stage.js';
import type { StageContext } from '../flow/facts.js';
import type { PromptField } from '../flow/stage.js';
import { factorField } from './code-field.js';

interface AuthenticatorRemovalSettings {
  /** What would be removed, and what that means. */
  readonly describe: (at: StageContext) => Awaitable<{ readonly label: Message | null; readonly help: Message }>;
}

/**
 * Asks whether to remove the chosen authenticator, and says what that means. Who keeps it goes on without a change: the
 * plan then has no answer `authenticator`.
 */
export const authenticatorRemoval = defineStage<
  AuthenticatorRemovalSettings,
  { readonly fields: readonly PromptField[] } & JsonObject,
  { readonly keeps: boolean },
  'prompt_data'
>({
  kind: 'authenticator_removal',
  settings: (joi) => ({ describe: joi.function().required() }),
  destructive: true,
  component: 'ak-stage-authenticator-removal',
  view: 'pages/prompt',
  requires: ['authenticators'],
  needs: ['prompt_data'],
  writes: ['prompt_data'],
  fields: () => ['authenticator_kept'],
  consumes: () => ['authenticator_kept'],
  submit: () => message('stage.authenticators.remove'),

  async challenge({ describe }, at) {
    const { label, help } = await describe(at);
    return {
      fields: [
        factorField('authenticator_kept', 'alert_warning', {
          display: 'alert',
          label: label === null ? null : messageJson(label),
          sub_text: messageJson(help),
        }),
      ],
      alternative: {
        name: 'authenticator_kept',
        value: 'yes',
        label: messageJson(message('stage.authenticators.keep')),
      },
    };
  },

  read: (input) => ({ ok: true, value: { keeps: (input['authenticator_kept'] ?? '') !== '' } }),

  respond: ({ keeps }) => ({
    type: 'completed',
    patch: keeps ? { prompt_data: { authenticator: null, authenticator_removed: false } } : {},
  }),
});
