import type { JsonObject } from '../base/json.js';
import { message, messageJson } from '../base/message.js';
import { defineStage } from '../flow/define-stage.js';
import type { PromptField } from '../flow/stage.js';
import { factorField } from './code-field.js';
import { accountField, enrollInstead } from './enroll-instead.js';

/**
 * For a person whose verified address an account has that never proved it, where no password shows whose it is: they
 * sign in to it, or its button leads to an account of their own. The page of the password has the same button.
 */
export const accountChoice = defineStage<
  object,
  { readonly fields: readonly PromptField[]; readonly proved_elsewhere: boolean } & JsonObject,
  Record<string, never>,
  'enroll_instead'
>({
  kind: 'account_choice',
  settings: () => ({}),
  component: 'ak-stage-account-choice',
  view: 'pages/prompt',
  writes: ['enroll_instead'],
  fields: () => [accountField],
  consumes: () => [accountField],
  submit: () => message('stage.account_choice.other'),

  challenge(_settings, { context }) {
    const text = messageJson(message('source.prove', { source: context.identity?.sourceName ?? '' }));
    const about = factorField(accountField, 'alert_info', { display: 'alert', label: null, sub_text: text });
    return Promise.resolve({ fields: [about], proved_elsewhere: true });
  },

  read: () => ({ ok: true, value: {} }),
  respond: (_answers, _settings, at) => enrollInstead(at),
});
