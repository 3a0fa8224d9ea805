import { message } from '../../base/message.js';
import { flowTarget, type RedirectTarget } from '../../base/target.js';
import type { StageLink } from '../../flow/stage.js';
import { flowPath, linkTo, signInTargets, sourceLoginPath, startsHere } from '../links.js';
import type { Web } from '../web.js';
import type { Resume } from './resume.js';

/** Ways on from a page that says that somebody was not signed in: back to where they were, or the same source `again`. */
export function returnLinks(
  web: Web,
  slug: string,
  { resume: { next, plan }, again }: { readonly resume: Resume; readonly again: boolean },
): readonly StageLink[] {
  if (plan !== null && web.flows.has(plan.flow)) return [{ to: flowTarget(plan.flow), label: message('link.go_back') }];
  if (!again) return [];
  const look = web.sources?.all.looks.find((one) => one.slug === slug);
  if (look === undefined || !startsHere(look)) return [];
  return [{ to: { path: sourceLoginPath(web, slug, next) }, label: message('link.try_again') }];
}

/** For somebody who is signed in and has to sign out first, where a flow does that: the source comes next then. */
export function signOutLinks(web: Web, slug: string, { next }: Resume): readonly StageLink[] {
  const flow = [...web.flows.values()].find(({ designation }) => designation === 'invalidation');
  if (flow === undefined) return [];
  const look = web.sources?.all.looks.find((one) => one.slug === slug);
  if (look === undefined || !startsHere(look)) return [{ to: flowTarget(flow.slug), label: message('link.sign_out') }];
  const further = encodeURIComponent(sourceLoginPath(web, slug, next));
  const label = message('link.sign_out_continue', { source: look.name });
  return [{ to: { path: `${flowPath(web, flow.slug)}?next=${further}` }, label }];
}

/** For people who have an account and are to sign in to it in another way than by the source `slug`; then to `next`. */
export function signInLinksOf(web: Web, slug: string, next: RedirectTarget | null): readonly StageLink[] {
  const others = (web.sources?.all.looks ?? []).filter((look) => look.slug !== slug && startsHere(look));
  return [
    ...signInTargets(web).map((to) => ({
      to: { path: linkTo(web, to, next ?? undefined) },
      label: message('link.sign_in'),
    })),
    ...others.map((look) => ({
      to: { path: sourceLoginPath(web, look.slug, next) },
      label: message('source.continue', { source: look.name }),
    })),
  ];
}
