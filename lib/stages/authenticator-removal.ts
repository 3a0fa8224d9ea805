import { getPath, type JsonObject } from '../base/json.js';
import type { Awaitable } from '../base/awaitable.js';
import { message, messageJson } from '../base/message.js';
import { flowTarget } from '../base/target.js';
import { defineStage } from '../flow/define-stage.js';
import type { StageContext } from '../flow/facts.js';
import type { PromptField } from '../flow/stage.js';
import { removalField, type Removed } from './removal-field.js';

interface AuthenticatorRemovalSettings {
  /** What would be removed, and what that means. */
  readonly describe: (at: StageContext) => Awaitable<Removed>;
}

/**
 * Asks whether to remove the chosen authenticator, and says what that means. A person who keeps it returns to the list:
 * the flow begins again. A name that they had typed before is saved.
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
      fields: [removalField('authenticator_kept', { label, help })],
      alternative: {
        name: 'authenticator_kept',
        value: 'yes',
        label: messageJson(message('stage.authenticators.keep')),
      },
    };
  },

  read: (input) => ({ ok: true, value: { keeps: (input['authenticator_kept'] ?? '') !== '' } }),

  respond({ keeps }, _settings, at) {
    if (!keeps) return { type: 'completed', patch: {} };
    const name = getPath(at.context.prompt_data ?? {}, 'authenticator_name');
    return typeof name === 'string'
      ? { type: 'completed', patch: { prompt_data: { authenticator_removed: false } } }
      : { type: 'ended', to: flowTarget(at.flow.slug), keepContext: false };
  },
});
