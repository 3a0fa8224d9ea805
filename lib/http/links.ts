import { message } from '../base/message.js';
import { locationOf, type Target } from '../base/target.js';
import type { PageLink } from '../pages/page-model.js';
import type { Web } from './web.js';

/** The address of a flow's page, from `baseUrl` alone. */
export function flowPath(web: Web, slug: string): string {
  return `${web.site.mount}/if/flow/${slug}/`;
}

/** Where existing people sign in; none where no flow does that. `next` is where they want to go then. */
export function signInLinks(web: Web, next: Target | undefined): readonly PageLink[] {
  const flow = [...web.flows.values()].find(
    ({ designation, guard }) =>
      designation === 'authentication' && !guard.bindings.some(({ policy }) => policy.name === 'if-sso'),
  );
  return flow === undefined ? [] : [{ href: linkTo(web, { flow: flow.slug }, next), label: message('link.sign_in') }];
}

/** The address of a target; where it is a flow, `next` goes along. */
export function linkTo(web: Web, to: Target, next: Target | undefined): string {
  const address = locationOf(web.site, to) ?? web.home;
  const further = next === undefined || !('flow' in to) ? null : locationOf(web.site, next);
  return further === null ? address : `${address}?next=${encodeURIComponent(further)}`;
}
