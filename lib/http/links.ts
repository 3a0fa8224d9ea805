import { message } from '../base/message.js';
import { oncePer } from '../base/once-per.js';
import { flowTarget, locationOf, type RedirectTarget } from '../base/target.js';
import { acceptsInvitations, type Designation, type Flow } from '../flow/flow.js';
import type { PageLink, SourceButton } from '../pages/page-model.js';
import type { Source } from '../ports/source.js';
import type { Web } from './web.js';

/** The address of a flow's page, from `baseUrl` alone. */
export function flowPath(web: Pick<Web, 'site'>, slug: string): string {
  return `${web.site.mount}/if/flow/${slug}/`;
}

/** The page that the links of mails open, below the flow's page, and the parameter that has the token. */
export const mailLinkPath = 'mail/';
export const mailLinkParameter = 'token';

/** The page that stops further invitations by email, and the parameter that has the token. */
export const unsubscribePath = '/flows/-/unsubscribe';
export const unsubscribeParameter = 'token';

/** The page that a ticket is opened at, below the flow's page, and the parameter that has it. */
export const ticketLinkPath = '-/ticket';
export const ticketParameter = 'ticket';
/** The parameter of its second secret, which only the kit's mails have. */
export const ticketMailParameter = 'mail';

/** The parameter that has the token of a link that the server issued, as in authentik. */
export const flowLinkParameter = 'flow_token';

/** Links to the sign-in flow for existing users; empty if no flow signs in. `next` is the target after sign-in. */
export function signInLinks(web: Web, next: RedirectTarget | undefined): readonly PageLink[] {
  return signInTargets(web).map((to) => ({ href: linkTo(web, to, next), label: message('link.sign_in') }));
}

/** The first of them is what the page recommends. */
export function asPrimary(links: readonly PageLink[]): readonly PageLink[] {
  return links.map((link, index) => (index === 0 ? { ...link, primary: true } : link));
}

/** The flow that signs existing users in, if there is one. */
export function signInTargets(web: Web): readonly RedirectTarget[] {
  return defaultTargets(web, 'authentication');
}

/** Where no flow of a designation takes visitors who come by a link, a link would lead to a refusal. */
function defaultTargets({ defaultFlows }: Web, designation: Designation): readonly RedirectTarget[] {
  const target = defaultFlows.all(designation).some(isForVisitors) ? defaultFlows.target(designation) : null;
  return target === null ? [] : [target];
}

/** True for a flow that a visitor who is not signed in can begin by its address. */
function isForVisitors({ authentication }: Flow): boolean {
  return authentication === 'none' || authentication === 'require_unauthenticated';
}

export const recoveryLabel = message('stage.identification.recovery');

/** A link for people who have forgotten their password; empty if no flow sets a new one. */
export function recoveryLinks(web: Web, next: RedirectTarget | undefined): readonly PageLink[] {
  return defaultTargets(web, 'recovery').map((to) => ({ href: linkTo(web, to, next), label: recoveryLabel }));
}

/** The flow in which signed-in users accept invitations, if there is one. */
export function acceptingFlow(web: Pick<Web, 'flows'>): Flow | null {
  return acceptingIn(web.flows);
}

const acceptingIn = oncePer((flows: Web['flows']) => [...flows.values()].find(acceptsInvitations) ?? null);

/** A link to the waitlist, for visitors without a code; empty if no flow keeps one. */
export function waitlistLinks(web: Web): readonly PageLink[] {
  const flow = waitlistIn(web.flows);
  if (flow === null) return [];
  const [question, label] = [message('link.no_code'), message('link.join_waitlist')];
  return [{ href: flowPath(web, flow.slug), label, question }];
}

const waitlistIn = oncePer(
  (flows: Web['flows']) => [...flows.values()].find((one) => keepsWaitlist(one) && isForVisitors(one)) ?? null,
);

function keepsWaitlist({ bindings }: Flow): boolean {
  return bindings.some(({ stage }) => !stage.asking && stage.joinsWaitlist);
}

/** Buttons that start a sign-in at each source, or at those that `offers` selects. `next` is the target after sign-in. */
export function sourceLoginButtons(
  web: Web,
  next: RedirectTarget | null,
  offers: (source: Source) => boolean = () => true,
): readonly SourceButton[] {
  return (web.sources?.all ?? [])
    .filter((source) => source.hasButton && offers(source))
    .map((source) => sourceButton(source, sourceLoginPath(web, source.slug, next)));
}

/** The other sources, for a visitor that `source` identified in a flow; the plan continues. */
export function otherSourceButtons(web: Web, flow: Pick<Flow, 'slug'>, source: string): readonly SourceButton[] {
  const others = (web.sources?.all ?? []).filter(({ slug, hasButton }) => slug !== source && hasButton);
  return others.map((other) => sourceButton(other, `${flowPath(web, flow.slug)}source/${other.slug}/`));
}

/** The same look for a source wherever it is offered. */
export function sourceButton(
  { slug, name, icon }: { readonly slug: string; readonly name: string; readonly icon: string | null },
  href: string,
): SourceButton {
  return { slug, href, label: message('source.continue', { source: name }), icon };
}

/** Connects a source to the account of the signed-in user, who then returns to the flow. */
export function connectButton(web: Web, flow: Pick<Flow, 'slug'>, source: Source): SourceButton {
  const { slug, name, icon } = source;
  const href = sourceLoginPath(web, slug, flowTarget(flow.slug));
  return { slug, href, label: message('source.connect', { source: name }), icon };
}

/** The path that starts a sign-in at a source from within a flow; `isStep`: from the page of its source stage. */
export function sourceInFlowPath(
  web: Pick<Web, 'site'>,
  flow: Pick<Flow, 'slug'>,
  source: string,
  isStep: boolean,
): string {
  return `${flowPath(web, flow.slug)}source/${source}/${isStep ? 'step/' : ''}`;
}

/** The path that starts a sign-in at a source, with the target after sign-in. */
export function sourceLoginPath(web: Web, slug: string, next: RedirectTarget | null): string {
  return withNext(web, `${web.site.mount}/source/${slug}/login`, next ?? undefined);
}

/** The address of a target; if it leads to a flow, `next` is passed along. */
export function linkTo(web: Web, to: RedirectTarget, next: RedirectTarget | undefined): string {
  const address = locationOf(web.site, to) ?? web.home;
  const leadsToFlow = 'flow' in to || address.startsWith(`${web.site.mount}/flows/-/default/`);
  return leadsToFlow ? withNext(web, address, next) : address;
}

/** A flow that is continued after a sign-in, and which then leads on to `next`. */
export function returnTarget(web: Web, slug: string, next: RedirectTarget | undefined): RedirectTarget {
  return { path: linkTo(web, flowTarget(slug), next) };
}

/** A page of one flow that asks whether to end it. `next`: where that leads, in place of the flow's first page. */
export function cancelPath(web: Pick<Web, 'site'>, flow: Pick<Flow, 'slug'>, next: RedirectTarget | undefined): string {
  return withNext(web, `${flowPath(web, flow.slug)}cancel/`, next);
}

/** An address with `next` as its parameter. */
export function withNext(web: Pick<Web, 'site'>, address: string, next: RedirectTarget | undefined): string {
  // An address of another origin comes from the configuration, never from a link.
  const further = next === undefined || 'origin' in next ? null : locationOf(web.site, next);
  return further === null ? address : `${address}?next=${encodeURIComponent(further)}`;
}

/**
 * The path to which a visitor returns after leaving a flow to sign in, so that the identity from that flow is connected
 * to the account.
 */
export function connectPath(web: Web, flow: Pick<Flow, 'slug'>, source: string): string {
  return `${flowPath(web, flow.slug)}source/${source}/connect/`;
}
