import type { Expression } from '../python/syntax/tree.js';

/** The text that stands at a place as such; `null`: another value, or one that only the run tells. */
export function textOf(node: Expression | undefined): string | null {
  return node?.type === 'constant' && typeof node.value === 'string' ? node.value : null;
}
