import { createHash } from 'node:crypto';
import type { StageBinding } from './flow.js';

/** The hash of what a stored plan depends on: keys, kinds and orders. Texts and settings may change under a running plan. */
export function buildOf(bindings: readonly StageBinding[], insertable: ReadonlyMap<string, StageBinding>): string {
  const lines = [...bindings, ...insertable.values()].map((binding) => [
    binding.key,
    binding.stage.kind,
    binding.order,
  ]);
  return createHash('sha256').update(JSON.stringify(lines)).digest('base64url').slice(0, 12);
}
