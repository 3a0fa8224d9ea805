import type { JsonObject } from '../base/json.js';
import { message, messageJson } from '../base/message.js';
import { defineStage } from '../flow/define-stage.js';
import type { StageContext } from '../flow/facts.js';
import type { Prompt } from '../flow/prompt.js';
import { promptsRule } from '../flow/setting-rules.js';
import type { PromptField } from '../flow/stage.js';
import { readAnswers } from './prompt-answers.js';
import { promptFields } from './prompt-fields.js';

const longestName = 64;
/** The value of the button. */
const removes = 'yes';

interface AuthenticatorEditSettings {
  /** One prompt, for the name. */
  readonly prompts: readonly [Prompt];
}

type Edited = { readonly authenticator_name: string | null; readonly authenticator_removed: boolean };

/**
 * The name of the chosen authenticator, and a button of its own that removes it: what it answers is for
 * `authenticatorChange`, after a page that asks for confirmation.
 */
export const authenticatorEdit = defineStage<
  AuthenticatorEditSettings,
  { readonly fields: readonly PromptField[] } & JsonObject,
  Edited,
  'prompt_data'
>({
  kind: 'authenticator_edit',
  settings: (joi) => ({ prompts: promptsRule(joi).required() }),
  component: 'ak-stage-authenticator-edit',
  view: 'pages/prompt',
  requires: ['authenticators'],
  needs: ['prompt_data'],
  writes: ['prompt_data'],
  fields: () => ['authenticator_name', 'authenticator_removed'],
  submit: () => message('flow.account.save'),

  async challenge({ prompts }, at) {
    return {
      fields: await promptFields(prompts, at),
      alternative: {
        name: 'authenticator_removed',
        value: removes,
        label: messageJson(message('stage.authenticators.remove')),
        destructive: true,
      },
    };
  },

  async read(input, { prompts }, at, lists, files) {
    const isRemoved = input['authenticator_removed'] === removes;
    const [read = { value: null }] = await readAnswers(prompts, { input, lists, files }, at);
    // A name is of no use to what is removed, but what is kept after all gets it.
    if (isRemoved)
      return {
        ok: true,
        value: { authenticator_name: await changedName(prompts, read, at), authenticator_removed: true },
      };
    if ('error' in read) return { ok: false, errors: { authenticator_name: [read.error] } };
    const name = typeof read.value === 'string' ? read.value : '';
    if ([...name].length > longestName)
      return { ok: false, errors: { authenticator_name: [message('prompt.text.too_long', { most: longestName })] } };
    return { ok: true, value: { authenticator_name: name, authenticator_removed: false } };
  },

  respond: (answers) => ({ type: 'completed', patch: { prompt_data: answers } }),
});

type ReadName = Awaited<ReturnType<typeof readAnswers>>[number];

/** `null`: the name is as it was, or none. */
async function changedName(prompts: readonly [Prompt], read: ReadName, at: StageContext): Promise<string | null> {
  if ('error' in read || typeof read.value !== 'string' || [...read.value].length > longestName) return null;
  const [field] = await promptFields(prompts, at);
  return read.value === '' || read.value === field?.initial_value ? null : read.value;
}
