import type { StageContext } from '../flow/facts.js';
import type { Policy } from '../flow/policy.js';
import type { Prompt } from '../flow/prompt.js';

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
