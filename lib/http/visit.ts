import type { Request, Response } from 'express';
import type { Awaitable } from '../base/awaitable.js';
import type { Ask } from '../executor/run.js';
import type { FlowEntryLink, RememberedFactor, RequestFacts } from '../flow/facts.js';
import { acceptsInvitations, type Flow } from '../flow/flow.js';
import type { PlanToken } from '../flow/plan.js';
import { tenantOf } from './app-hooks.js';
import type { CookieJar } from './cookies/cookie-jar.js';
import { entryLinkSeconds, sealEntryLink, unsealEntryLink, type EntryLink } from './cookies/entry-link.js';
import { unsealLinkToken } from './cookies/link-token.js';
import { exchangePlanToken, mintPlanToken, readPlanToken, type HeldPlanToken } from './cookies/plan-token.js';
import { readRememberedFactor } from './login/remembered-factor.js';
import { userMark } from './posted-form.js';
import { userAgentOf } from './user-agent.js';
import type { Web } from './web.js';

/** One request to one flow, with the values of its cookies. */
export interface Visit {
  readonly web: Web;
  readonly req: Request;
  readonly res: Response;
  readonly flow: Flow;
  readonly jar: CookieJar;
  readonly planToken: HeldPlanToken;
  readonly entryLink: FlowEntryLink;
  readonly user: string | null;
  /** The mark of a form that is shown again while it is not known who is signed in. Left out: that of `user`. */
  readonly mark?: string | null;
  /** The tag of the language that the visitor reads. */
  readonly locale: string;
}

/**
 * Reads the request: the plan token (a new one if there is no valid one), the entry link, the signed-in user.
 * `current`: how to find that user.
 */
export async function openVisit(
  web: Web,
  flow: Flow,
  req: Request,
  res: Response,
  current: (req: Request) => Awaitable<string | null> = (request) => web.authSession.current(request),
): Promise<Visit> {
  const jar = web.cookies(flow.slug, req);
  const now = web.clock.now();
  const planToken =
    readPlanToken(web.keyring, flow.slug, now, jar.read('plan')) ??
    mintPlanToken(web.keyring, flow.slug, now, web.token());
  // Most visitors have no entry link: there is nothing to decrypt and nothing to wait for.
  const [link, user] =
    jar.read('entry') === undefined
      ? [null, await current(req)]
      : await Promise.all([readEntryLink(web, req), current(req)]);
  const locale = web.locale(req);
  const tokens = opensByToken(flow, jar) ? await tokensIn(web, flow, jar) : {};
  const entryLink = link === null ? tokens : { ...entryLinkFor(flow, link), ...tokens };
  return { web, req, res, flow, jar, planToken, entryLink, user, locale };
}

/** False for most visitors. */
function opensByToken({ authentication, tickets }: Flow, jar: CookieJar): boolean {
  if (jar.read('mail') !== undefined || (tickets.length > 0 && jar.read('ticket') !== undefined)) return true;
  return authentication === 'require_token' && jar.read('link') !== undefined;
}

async function tokensIn(
  { keyring, clock }: Pick<Web, 'keyring' | 'clock'>,
  { slug: flow, authentication, tickets }: Flow,
  jar: CookieJar,
): Promise<Pick<FlowEntryLink, 'mail' | 'link' | 'ticket'>> {
  const [mailed, issued] = [jar.read('mail'), authentication === 'require_token' ? jar.read('link') : undefined];
  const opened = tickets.length > 0 ? jar.read('ticket') : undefined;
  const now = clock.now();
  const [mail, link, ticket] = await Promise.all([
    unsealLinkToken(keyring, { purpose: 'mail-link', flow, sealed: mailed }, now),
    unsealLinkToken(keyring, { purpose: 'flow-link', flow, sealed: issued }, now),
    unsealLinkToken(keyring, { purpose: 'ticket-link', flow, sealed: opened }, now),
  ]);
  return {
    ...(mail === undefined ? {} : { mail }),
    ...(link === undefined ? {} : { link }),
    ...(ticket === undefined ? {} : { ticket }),
  };
}

/**
 * The facts of a visit; `act` is true only for a form with a valid signature. A class, because Node gives each object
 * with getters of its own a shape of its own, and every reader of it then becomes slow.
 */
class VisitFacts implements RequestFacts {
  readonly act: boolean;
  declare readonly user?: string;
  readonly tenant: string | null | undefined;
  readonly locale: string;
  readonly now: number;
  readonly entryLink: FlowEntryLink;
  readonly isStillSignedIn: () => Promise<boolean>;
  readonly rememberedFactor: (userId: string) => RememberedFactor | null;
  readonly #visit: Visit;

  constructor(visit: Visit, act: boolean) {
    const { web, req, entryLink, user, locale } = visit;
    this.act = act;
    this.tenant = tenantOf(web.tenant, req);
    this.locale = locale;
    this.now = web.clock.now();
    this.entryLink = entryLink;
    this.isStillSignedIn = async () => user === null || web.authSession.isStillSignedIn(req, user);
    this.rememberedFactor = (userId) => readRememberedFactor(web, req, userId);
    this.#visit = visit;
    if (user !== null) this.user = user;
    Object.freeze(this);
  }

  // Most visits never need it, and computing it behind proxies is not free.
  get address(): string {
    return this.#visit.web.client(this.#visit.req);
  }

  get userAgent(): string | null {
    return userAgentOf(this.#visit.req);
  }

  get authenticatedAt(): number | null {
    const { web, req, user } = this.#visit;
    return user === null ? null : web.authSession.authenticatedAt(req);
  }

  get session(): string | null {
    const { web, req, user } = this.#visit;
    return user === null ? null : web.authSession.sessionId(req);
  }

  get isSessionBound(): boolean | null {
    const { web, req, user } = this.#visit;
    return user === null ? null : web.authSession.isSessionBound(req);
  }
}

/** Whose pages this visit draws: the mark of their signatures. */
export function markOf({ web, planToken, user, mark }: Visit): string | null {
  return mark === undefined ? userMark(web.keyring, planToken.enrollmentId, user) : mark;
}

/** What a visit requests from the executor, and for which plan. */
export function askOf(
  visit: Visit,
  {
    act,
    fresh,
    submission,
    redraw = null,
    injectedContext,
    handedOver,
  }: Pick<Ask, 'fresh' | 'submission' | 'injectedContext' | 'handedOver'> &
    Partial<Pick<Ask, 'redraw'>> & { act: boolean },
): Ask {
  const { web, flow, planToken } = visit;
  const { planId, enrollmentId, secretId } = planToken;
  return {
    flow,
    flows: web.flows,
    facts: new VisitFacts(visit, act),
    planId,
    enrollmentId,
    secretId,
    fresh,
    epoch: 0,
    submission,
    redraw,
    injectedContext,
    handedOver,
    nextToken: (cause) => exchangePlanToken(web.keyring, flow.slug, planToken, cause),
  };
}

/** Sets the cookie with `planToken`; by default with a new plan token. */
export function givePlanToken(
  { web, flow, jar }: Pick<Visit, 'flow' | 'jar'> & { readonly web: Pick<Web, 'keyring' | 'clock' | 'token'> },
  planToken?: PlanToken,
): void {
  jar.set('plan', (planToken ?? mintPlanToken(web.keyring, flow.slug, web.clock.now(), web.token())).text, null);
}

type Parts = Pick<Web, 'keyring' | 'clock' | 'site' | 'cookies'>;

/** The entry link that this browser opened within the last ten minutes. */
export function readEntryLink({ keyring, site, clock, cookies }: Parts, req: Request): Promise<EntryLink> {
  return unsealEntryLink(keyring, site, cookies(null, req).read('entry'), clock.now());
}

/**
 * Stores the data of a link for all flows, sources and the app's own signup page. A link with only a `next` keeps the
 * code of an earlier link.
 */
export async function keepEntryLink(parts: Parts, req: Request, jar: CookieJar, link: EntryLink): Promise<void> {
  const { code, proof, redirected } = link.code === undefined ? await readEntryLink(parts, req) : {};
  const kept = {
    ...link,
    ...(code === undefined ? {} : { code }),
    ...(proof === undefined ? {} : { proof }),
    ...(redirected === undefined ? {} : { redirected }),
  };
  jar.set('entry', await sealEntryLink(parts.keyring, kept, parts.clock.now()), entryLinkSeconds(kept));
}

/** Extends an entry link with a code by another ten minutes, because the visitor is leaving for a provider. */
export async function prolongEntryLink(parts: Parts, req: Request, jar: CookieJar): Promise<void> {
  const link = await readEntryLink(parts, req);
  if (link.code !== undefined) await keepEntryLink(parts, req, jar, link);
}

/** The flow that the link led to is over. A code stays for the app's own pages, unless this flow takes codes. */
export async function endEntryLink({ web, req, jar, flow }: Visit): Promise<void> {
  if (jar.read('entry') === undefined) return;
  const { code, proof } = await readEntryLink(web, req);
  const kept = { ...(code === undefined ? {} : { code }), ...(proof === undefined ? {} : { proof }) };
  if (code === undefined || flow.designation !== 'authentication') jar.clear('entry');
  else jar.set('entry', await sealEntryLink(web.keyring, kept, web.clock.now()), entryLinkSeconds(kept));
}

/** True for flows that sign visitors in or up. Other flows use an entry link only if it opened them. */
export function leadsIn({ designation }: Pick<Flow, 'designation'>): boolean {
  return designation === 'enrollment' || designation === 'authentication' || designation === 'recovery';
}

/** The part of an entry link that applies to `flow`. */
export function entryLinkFor(
  flow: Flow,
  { code, proof, next, loginHint, flow: opened, redirected }: EntryLink,
): FlowEntryLink {
  const mine = leadsIn(flow) || opened === flow.slug;
  // Signing in on the way is another flow, which replaces `next`.
  const takesCode = mine || acceptsInvitations(flow);
  return {
    ...(takesCode && code !== undefined ? { code } : {}),
    ...(takesCode && proof !== undefined ? { proof } : {}),
    ...(mine && next !== undefined ? { next } : {}),
    ...(mine && loginHint !== undefined ? { loginHint } : {}),
    ...(mine && opened !== undefined ? { opened } : {}),
    ...(redirected?.to === flow.slug ? { redirectedFrom: redirected.from } : {}),
  };
}
