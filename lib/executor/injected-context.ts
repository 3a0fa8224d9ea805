import type { Context } from '../flow/context.js';
import type { Ask } from './run.js';

/**
 * The context with what a source returned, and without what it does not know: that is named as `null`, so that it
 * replaces what was known of another person. To policies, `has(prompt_data.username)` for one, it is no answer, as in
 * authentik.
 */
export function withoutUnknown(
  context: Context,
  { injectedContext, handedOver }: Pick<Ask, 'injectedContext' | 'handedOver'>,
): Context {
  const injected = injectedContext?.prompt_data ?? {};
  const { prompt_data: known } = context;
  // What another flow hands over are answers; `null` is one.
  if (handedOver !== undefined || known === undefined) return context;
  const kept = Object.entries(known).filter(([key, value]) => value !== null || injected[key] !== null);
  return { ...context, prompt_data: Object.fromEntries(kept) };
}
