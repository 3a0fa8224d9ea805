import type { StageContext } from '../flow/facts.js';
import type { FlowLink } from '../flow/flow-links.js';
import type { Policy } from '../flow/policy.js';
import type { Prompt } from '../flow/prompt.js';
import type { Captcha } from '../ports/captcha.js';

export interface PromptStageSettings {
  readonly prompts: readonly Prompt[];
  readonly validation?: readonly Policy[];
  /**
   * A captcha on the page, verified before any answer is read or looked up. `when: 'many_wrong_codes'` asks for it only
   * while the wrong invitation codes of all clients are above the limit `rateLimits.codes.overall`.
   */
  readonly captcha?: PromptCaptcha;
  /**
   * True: a field that is left blank is kept as `null`, so that `userWrite` with `never_create` clears the value that
   * the account has. Files, and fields whose value is never shown, stay. Default false.
   */
  readonly blankClears?: boolean;
  /** Links to other flows, below the form. Default none. */
  readonly links?: readonly FlowLink[];
}

export type PromptCaptcha = Captcha | { readonly captcha: Captcha; readonly when: 'always' | 'many_wrong_codes' };

export const isAsked = (prompt: Prompt): boolean => prompt.kind.asked;
/** True where the server sets the answer. */
export const isServers = ({ kind }: Prompt): boolean => !kind.asked && kind.passive !== true;
export const isPassword = (prompt: Prompt): boolean => prompt.kind.newPassword === true;

/** True where the visitor types a text, or may leave it blank. */
export function isText({ kind }: Prompt): boolean {
  const { asked, concealed, list = false, file, choices, input = 'text' } = kind;
  const isTyped = ['text', 'textarea', 'email', 'tel', 'url'].includes(input);
  return asked && !concealed && !list && file === undefined && choices === undefined && isTyped;
}

/** True where a blank answer clears the account's value. */
export function isCleared({ kind }: Prompt, { blankClears = false }: PromptStageSettings): boolean {
  return blankClears && kind.asked && !kind.concealed && kind.file === undefined;
}

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
    asked.every(({ kind }) => kind.passive === true) &&
    validation.every(({ fields }) => fields.length > 0 && fields.every((field) => left.includes(field)))
  );
}
