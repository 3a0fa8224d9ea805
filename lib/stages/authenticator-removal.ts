import type { JsonObject } from '../base/json.js';
import { message, messageJson } from '../base/message.js';
import { defineStage } from '../flow/define-stage.js';
import type { StageContext } from '../flow/facts.js';
import type { PromptField } from '../flow/stage.js';
import { authenticatorLabel, ownAuthenticators } from '../prompts/authenticator.js';
import { chosenAuthenticator } from './authenticator-edit.js';
import { factorField } from './code-field.js';

/**
 * Asks whether to remove the chosen authenticator, and says what that means. Who keeps it goes on without a change: the
 * plan then has no answer `authenticator`.
 */
export const authenticatorRemoval = defineStage<
  object,
  { readonly fields: readonly PromptField[] } & JsonObject,
  { readonly keeps: boolean },
  'prompt_data'
>({
  kind: 'authenticator_removal',
  settings: () => ({}),
  destructive: true,
  component: 'ak-stage-authenticator-removal',
  view: 'pages/prompt',
  requires: ['authenticators'],
  needs: ['prompt_data'],
  writes: ['prompt_data'],
  fields: () => ['authenticator_kept'],
  consumes: () => ['authenticator_kept'],
  submit: () => message('stage.authenticators.remove'),

  async challenge(_settings, at) {
    const chosen = await chosenAuthenticator(at);
    return {
      fields: [
        factorField('authenticator_kept', 'alert_warning', {
          display: 'alert',
          label: chosen === undefined ? null : messageJson(authenticatorLabel(chosen, at)),
          sub_text: messageJson(message(await helpFor(at))),
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

/** With the last authenticator that is no recovery codes, these go too. */
async function helpFor(
  at: StageContext,
): Promise<'stage.authenticators.remove_help' | 'stage.authenticators.remove_help_codes'> {
  const chosen = await chosenAuthenticator(at);
  const rest = (await ownAuthenticators(at)).filter(({ id }) => id !== chosen?.id);
  const takesCodes = rest.length > 0 && rest.every(({ type }) => type === 'recovery_codes');
  return takesCodes && chosen?.type !== 'recovery_codes'
    ? 'stage.authenticators.remove_help_codes'
    : 'stage.authenticators.remove_help';
}
