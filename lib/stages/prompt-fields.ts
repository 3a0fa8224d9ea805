import type { StageContext } from '../flow/facts.js';
import type { Policy } from '../flow/policy.js';
import { type Prompt, choicesOf, toMessage, type PromptKind } from '../flow/prompt.js';
import { getPath, type Json } from '../base/json.js';
import type { Message } from '../base/message.js';
import type { PromptField } from '../flow/stage.js';

export interface PromptStageSettings {
  readonly prompts: readonly Prompt[];
  readonly validation?: readonly Policy[];
}

export const isAsked = (prompt: Prompt): boolean => prompt.kind.asked;
export const isPassword = (prompt: Prompt): boolean => prompt.kind.newPassword === true;

/** The prompts whose answers no policy consumes. */
export function keptPrompts({ prompts, validation = [] }: PromptStageSettings): readonly Prompt[] {
  return prompts.filter(({ key }) => !validation.some((policy) => policy.consumes.includes(key)));
}

/**
 * The stage for this visitor. It asks visitors with an identity from a source for no password: their account has none.
 * A code that is a secret field is asked of every visitor.
 */
export function askedAt(settings: PromptStageSettings, { context }: StageContext): PromptStageSettings {
  if (context.identity === undefined) return settings;
  const passwords = keptPrompts(settings).filter(isPassword);
  return { ...settings, prompts: settings.prompts.filter((prompt) => !passwords.includes(prompt)) };
}

/** True when all prompts and policies of the stage are about passwords that this visitor is not asked for. */
export function leavesNothing(settings: PromptStageSettings, at: StageContext): boolean {
  // Only a visitor with an identity is not asked for passwords.
  if (at.context.identity === undefined) return false;
  const { prompts, validation = [] } = settings;
  const asked = askedAt(settings, at).prompts;
  const left = prompts.filter((prompt) => !asked.includes(prompt)).map(({ key }) => key);
  return (
    left.length > 0 &&
    asked.length === 0 &&
    validation.every(({ fields }) => fields.length > 0 && fields.every((field) => left.includes(field)))
  );
}

/** What a page needs to draw the prompts, in their order. */
export function promptFields(prompts: readonly Prompt[], at: StageContext): readonly PromptField[] {
  return inOrder(prompts).map((prompt, index) => fieldOf(prompt, index, at));
}

function inOrder(prompts: readonly Prompt[]): readonly Prompt[] {
  return prompts
    .map((prompt, index) => ({ prompt, order: prompt.order ?? index }))
    .sort((a, b) => a.order - b.order)
    .map(({ prompt }) => prompt);
}

function fieldOf(prompt: Prompt, order: number, at: StageContext): PromptField {
  const { key, label, placeholder, subText, kind, autocomplete, entryLink } = prompt;
  const settled = settledValue(prompt, at);
  const isSaved = at.savedPassword === true && isPassword(prompt);
  const choices = settled === null ? choicesOf(kind, at) : null;
  return {
    field_key: key,
    label: asJson(label),
    type: settled === null ? kind.type : 'text_read_only',
    required: settled === null && !isSaved && prompt.required(at),
    placeholder: asJson(placeholder),
    initial_value: kind.concealed ? '' : (settled ?? firstValue(prompt, at)),
    order,
    sub_text: asJson(subText),
    choices: choices?.map(({ value, label: name }) => ({ value, label: asJson(toMessage(name ?? value)) })) ?? null,
    autocomplete,
    display: kind.display ?? 'input',
    input: choices === null ? inputOf(kind) : (kind.input ?? (kind.list === true ? 'checkbox' : 'radio')),
    code: kind.code ?? entryLink,
    entry_link: entryLink,
    read_only: settled !== null,
    ...(kind.attributes ?? {}),
    ...(isSaved ? { saved: true } : {}),
  };
}

/** The value of a shown prompt that the visitor is not asked for. */
export function settledValue(prompt: Prompt, at: StageContext): string | null {
  return prompt.kind.settled?.(prompt, at) ?? null;
}

/** A settled choice is shown as a text. */
function inputOf({ input, choices }: PromptKind): string {
  return choices === undefined ? (input ?? 'text') : 'text';
}

function asJson(wording: Message | null): Json {
  return wording === null ? null : { id: wording.id, values: wording.values ?? {} };
}

/**
 * The earlier answer, else the invitation's fixed value, else the prompt's own initial value, else the value that its
 * kind proposes.
 */
function firstValue(prompt: Prompt, at: StageContext): string | readonly string[] {
  const [answered, fixed] = [at.context.prompt_data, at.context.fixed_data].map((data) =>
    getPath(data ?? {}, prompt.key),
  );
  // `@example.com` fixes only the domain.
  const known = typeof fixed === 'string' && fixed.startsWith('@') ? answered : (answered ?? fixed);
  if (known !== undefined && known !== null && prompt.kind.asked) {
    const shown = prompt.kind.toForm?.(known) ?? toForm(known);
    if (shown !== null) return shown;
  }
  const initial = prompt.initial(at);
  return initial === '' ? (prompt.kind.proposed?.(prompt, at) ?? '') : initial;
}

function toForm(value: Json): string | readonly string[] | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? value.flatMap((member: Json) => toForm(member) ?? []) : null;
}
