import { dig, mergeDeep, nest, type Json, type JsonObject } from '../base/json.js';
import { message, type FieldErrors, type Message, type Parsed, type Texts } from '../base/message.js';
import { isSecret, type Secret } from '../base/secret.js';
import type { At } from '../flow/facts.js';
import type { Answers, Policy } from '../flow/policy.js';
import type { Prompt } from '../flow/prompt.js';
import { defineStage, type PromptField } from '../flow/stage.js';

export interface PromptStageSettings {
  readonly prompts: readonly Prompt[];
  readonly validation?: readonly Policy[];
}

const messages: Texts = Object.freeze({
  'stage.prompt.required': 'Fill in this field.',
  'stage.prompt.passwords_differ': 'The passwords are not the same. Type them again.',
});

/** Asks for values, checks each on the server, and keeps them in `prompt_data`; a password leaves only its hash. */
export const promptStage = defineStage<
  PromptStageSettings,
  { fields: readonly PromptField[] } & JsonObject,
  Answers,
  'prompt_data' | 'password_hash'
>({
  kind: 'prompt',
  component: 'ak-stage-prompt',
  view: 'pages/prompt',
  messages,
  writes: ['prompt_data', 'password_hash'],
  asks: (settings) => settings.prompts.filter(isAsked).map((prompt) => prompt.key),
  fills: (settings) => settings.prompts.filter((prompt) => !isAsked(prompt)).map((prompt) => prompt.key),
  conceals: (settings) => settings.prompts.filter((prompt) => prompt.kind.concealed).map((prompt) => prompt.key),
  texts: (settings) =>
    Object.assign(
      {},
      ...settings.prompts.map((prompt) => prompt.kind.messages),
      ...(settings.validation ?? []).map((policy) => policy.messages),
    ) as Texts,

  async satisfied(settings, at) {
    const gate = settings.validation?.find((policy) => policy.gate);
    // Only a page that asks for nothing but the code may be left out.
    if (gate === undefined || at.context.invitation === undefined) return false;
    if (!settings.prompts.filter(isAsked).every((prompt) => gate.consumes.includes(prompt.key))) return false;
    const email = at.context.prompt_data?.['email'];
    const verdict = await at.services.invitations.holds(at.context.invitation, {
      flow: at.flow.slug,
      enrollmentId: at.planId,
      email: typeof email === 'string' ? email : null,
      tenant: at.facts.tenant,
    });
    return verdict.ok;
  },

  challenge: (settings, at) =>
    Promise.resolve({ fields: inOrder(settings.prompts).map((prompt, index) => fieldOf(prompt, index, at)) }),

  async read(input, settings, at): Promise<Parsed<Answers>> {
    const read = await Promise.all(
      settings.prompts.map(async (prompt) => ({ prompt, answer: await readOne(prompt, input, at) })),
    );
    const errors: Record<string, readonly Message[]> = {};
    const answers: Record<string, Json | Secret> = {};
    for (const { prompt, answer } of read) {
      if ('error' in answer) errors[prompt.key] = [answer.error];
      else if (answer.value !== null) answers[prompt.key] = answer.value;
    }
    const joined: FieldErrors = { ...passwordErrors(settings, answers, errors), ...errors };
    return Object.keys(joined).length === 0 ? { ok: true, value: answers } : { ok: false, errors: joined };
  },

  async respond(answers, settings, at) {
    const kept = keptPrompts(settings);
    const before = at.context.prompt_data ?? {};
    const data = kept.reduce<JsonObject>((merged, { key }) => {
      // What was answered before and is left blank now must not come back.
      const answer = answers[key] ?? (dig(before, key) === undefined ? undefined : null);
      return answer === undefined || isSecret(answer) ? merged : mergeDeep(merged, nest(key, answer));
    }, {});
    const password = kept.map(({ key }) => answers[key]).find(isSecret);
    if (password === undefined)
      return { is: 'passed', patch: { prompt_data: data }, remove: kept.some(isPassword) ? ['password_hash'] : [] };
    return { is: 'passed', patch: { prompt_data: data, password_hash: await at.services.passwords.hash(password) } };
  },
});

const isAsked = (prompt: Prompt): boolean => prompt.kind.asked;
const isPassword = (prompt: Prompt): boolean => prompt.kind.type === 'password';

/** The prompts whose answers no policy uses up. */
function keptPrompts({ prompts, validation = [] }: PromptStageSettings): readonly Prompt[] {
  return prompts.filter(({ key }) => !validation.some((policy) => policy.consumes.includes(key)));
}

function inOrder(prompts: readonly Prompt[]): readonly Prompt[] {
  return prompts
    .map((prompt, index) => ({ prompt, order: prompt.order ?? index }))
    .sort((a, b) => a.order - b.order)
    .map(({ prompt }) => prompt);
}

function fieldOf(prompt: Prompt, order: number, at: At): PromptField {
  const { key, label, placeholder, subText, kind, required, autocomplete } = prompt;
  return {
    field_key: key,
    label: asJson(label),
    type: kind.type,
    required,
    placeholder: asJson(placeholder),
    initial_value: kind.concealed ? '' : firstValue(prompt, at),
    order,
    sub_text: asJson(subText),
    choices: null,
    autocomplete,
  };
}

function asJson(wording: Message | null): Json {
  return wording === null ? null : { id: wording.id, values: { ...wording.values } };
}

/** What was answered before, else what the invitation fixed, else the prompt's own first value. */
function firstValue(prompt: Prompt, at: At): string {
  const [answered, fixed] = [at.context.prompt_data, at.context.fixed_data].map((data) => dig(data ?? {}, prompt.key));
  // `@example.com` fixes the domain alone.
  const known = typeof fixed === 'string' && fixed.startsWith('@') ? answered : (answered ?? fixed);
  return typeof known === 'string' && prompt.kind.asked ? known : prompt.initial(at);
}

/** Nothing but blanks and marks that cannot be seen. */
const unseen = /^[\s\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

async function readOne(
  prompt: Prompt,
  input: Readonly<Record<string, string>>,
  at: At,
): Promise<{ value: Json | Secret | null } | { error: Message }> {
  if (!prompt.kind.asked) return prompt.kind.read(prompt.initial(at), prompt, at);
  const typed = input[prompt.key] ?? '';
  const blank = prompt.kind.concealed ? typed === '' : unseen.test(typed);
  if (blank) return prompt.required ? { error: message('stage.prompt.required') } : { value: null };
  return prompt.kind.read(typed, prompt, at);
}

/** All passwords of a stage must be equal, blank ones too, unless a policy that names them all has the say. */
function passwordErrors(settings: PromptStageSettings, answers: Answers, errors: FieldErrors): FieldErrors {
  const keys = keptPrompts(settings)
    .filter((prompt) => isPassword(prompt) || isSecret(answers[prompt.key]))
    .map((prompt) => prompt.key);
  if (keys.some((key) => errors[key] !== undefined)) return {};
  if ((settings.validation ?? []).some((policy) => keys.every((key) => policy.fields.includes(key)))) return {};
  const [first, ...others] = keys.map((key) => answers[key]).map((answer) => (isSecret(answer) ? answer.reveal() : ''));
  const last = keys.at(-1);
  return others.every((other) => other === first) || last === undefined
    ? {}
    : { [last]: [message('stage.prompt.passwords_differ')] };
}
