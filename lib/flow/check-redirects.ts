import type { Flow } from './flow.js';
import { allFlows, issueAt, type FlowIssue } from './flow-issue.js';
import { countedBindings } from './policy-set.js';

/** Flows that lead to each other without a page between: their visitors would be redirected for ever. */
export function redirectLoops(flows: readonly Flow[]): readonly FlowIssue[] {
  const next = new Map(flows.map((flow) => [flow.slug, alwaysLeadsTo(flow)]));
  return flows.flatMap(({ slug }) => {
    const path = [slug];
    for (let at = next.get(slug); typeof at === 'string' && !path.includes(at); at = next.get(at)) path.push(at);
    const closes = next.get(path.at(-1) ?? '') === slug;
    // Each loop is reported once, at its first slug.
    return closes && path.every((other) => slug <= other)
      ? [
          issueAt(
            allFlows(path),
            `${[...path, slug].map((one) => `'${one}'`).join(' → ')} redirect to each other without a page between`,
          ),
        ]
      : [];
  });
}

/** The flow to which it redirects every visitor before its first page; `null`: none. */
function alwaysLeadsTo({ bindings }: Flow): string | null {
  for (const { stage, guard } of bindings) {
    if (stage.asking || stage.hasSideEffects) return null;
    if (stage.leadsTo !== null && countedBindings(guard).length === 0) return stage.leadsTo;
  }
  return null;
}
