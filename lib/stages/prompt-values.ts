import { chain, type Awaitable } from '../base/awaitable.js';
import { getPath, type Json } from '../base/json.js';
import type { TrustedHtml } from '../base/trusted-html.js';
import { isTrustedHtml } from '../flow/computed.js';
import type { StageContext } from '../flow/facts.js';
import type { Prompt } from '../flow/prompt.js';

/** What an input, or a text, shows. */
export type Shown = string | readonly string[] | TrustedHtml;

/** The value of a shown prompt that the visitor is not asked for. */
export function settledValue(prompt: Prompt, at: StageContext): string | null {
  return prompt.kind.settled?.(prompt, at) ?? null;
}

/** What an earlier form of this plan stored for a file; `undefined`: nothing. */
export function keptFile({ key, kind }: Prompt, { context }: StageContext): Json | undefined {
  return kind.file === undefined ? undefined : (getPath(context.prompt_data ?? {}, key) ?? undefined);
}

/** What its input shows first, or the text that stands there instead of one. */
export function shownValue(prompt: Prompt, settled: string | null, at: StageContext): Awaitable<Shown> {
  if (prompt.kind.concealed || prompt.kind.file !== undefined) return '';
  if (settled !== null) return settled;
  return firstValue(prompt, at);
}

/**
 * The earlier answer, else the invitation's fixed value, else the prompt's own initial value, else the value that its
 * kind proposes.
 */
function firstValue(prompt: Prompt, at: StageContext): Awaitable<Shown> {
  const { key, kind } = prompt;
  const { prompt_data: data, fixed_data: fixedData } = at.context;
  const answered = data === undefined ? undefined : getPath(data, key);
  const fixed = fixedData === undefined ? undefined : getPath(fixedData, key);
  // `@example.com` fixes only the domain.
  const known = typeof fixed === 'string' && fixed.startsWith('@') ? answered : (answered ?? fixed);
  if (known !== undefined && known !== null && kind.asked) {
    const shown = kind.toForm?.(known, at) ?? toForm(known);
    if (shown !== null) return shown;
  }
  return chain(prompt.initial(at), (initial): Shown => {
    if (isTrustedHtml(initial)) return initial;
    const given =
      initial === undefined || initial === null ? '' : (kind.toForm?.(initial, at) ?? toForm(initial) ?? '');
    return given === '' ? (kind.proposed?.(prompt, at) ?? '') : given;
  });
}

function toForm(value: Json): string | readonly string[] | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? value.flatMap((member: Json) => toForm(member) ?? []) : null;
}
