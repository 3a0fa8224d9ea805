import { message } from '../../base/message.js';
import { flowTarget } from '../../base/target.js';
import type { StageLink } from '../../flow/stage.js';
import type { Web } from '../web.js';
import type { Resume } from './resume.js';

/** Ways on from a page that says that somebody was not signed in: back to where they were, and the same source again. */
export function sourceLinks(web: Web, slug: string, { next, plan }: Resume): readonly StageLink[] {
  const further = next !== null && 'path' in next ? `?next=${encodeURIComponent(next.path)}` : '';
  const known = web.sources?.all.looks.some((look) => look.slug === slug) ?? false;
  return [
    ...(plan !== null && web.flows.has(plan.flow)
      ? [{ to: flowTarget(plan.flow), label: message('link.go_back') }]
      : []),
    ...(known && plan === null
      ? [{ to: { path: `${web.site.mount}/source/${slug}/login${further}` }, label: message('link.try_again') }]
      : []),
  ];
}
