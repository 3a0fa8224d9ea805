import { makerOf } from '../../flow/made-by.js';
import type { Policy } from '../../flow/policy.js';
import type { Prompt } from '../../flow/prompt.js';

/** What an export notes at the head of its file, as one who shares the file should know it. */
export interface SharedTexts {
  /** What is left out: texts that may be secrets. */
  readonly leftOut: string[];
  /** What is written as it is, and may have a secret in it. */
  readonly asWritten: string[];
}

/** The settings of a prompt without the text that a concealed field begins with: no file of an export has a password. */
export function sharedSettings(prompt: Prompt, place: string, { leftOut, asWritten }: SharedTexts): object {
  const { key, kind, settings } = prompt;
  if (!('initial' in settings)) return settings;
  if (kind.display === 'none' && typeof settings.initial !== 'function')
    asWritten.push(`${place}: the value of the hidden prompt "${key}"`);
  if (!kind.concealed) return settings;
  leftOut.push(`${place}: the initial text of the prompt "${key}", which may be a secret`);
  return Object.fromEntries(Object.entries(settings).filter(([name]) => name !== 'initial'));
}

/** Notes an expression that may compare what was typed with codes of its own. */
export function noteExpression(policy: Policy, place: string, { asWritten }: SharedTexts): void {
  const [source] = makerOf(policy)?.given ?? [];
  if (typeof source !== 'string' || !/["']/.test(source)) return;
  if (policy.consumes.length > 0 || /(?:\b|_)(?:codes?|secrets?|tokens?)(?:\b|_)/i.test(source))
    asWritten.push(`${place}: the text of the expression "${policy.name}", with the codes that it has`);
}
