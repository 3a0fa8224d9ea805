import type { Request, Response } from 'express';
import type { Flow } from '../../flow/flow.js';
import type { CookieJar } from '../cookies/cookie-jar.js';
import { mintPlanToken, planTextOfBearer, readPlanToken } from '../cookies/plan-token.js';
import { keepEntryLink, openVisit, type Visit } from '../visit.js';
import type { Web } from '../web.js';
import type { ApiError } from './api-error.js';
import { newToken } from './names.js';
import { bearerPlanJar, cookiePlanJar, planJarIn, type PlanJar } from './plan-jar.js';
import { queryLinkOf, type QueryLink } from './query-link.js';

/** One call of a client. */
export interface Call {
  readonly visit: Visit;
  readonly jar: PlanJar;
  /** True for a client that sends its plan's token itself. */
  readonly byBearer: boolean;
  readonly link: QueryLink;
}

const invalidToken: ApiError = {
  status: 401,
  detail: 'The token is of no plan of this flow, or it was exchanged or has expired.',
  code: 'invalid_token',
};

/** Reads whose call it is: the plan of the bearer token if there is one, never beside it that of a cookie. */
export async function openCall(web: Web, flow: Flow, req: Request, res: Response): Promise<Call | ApiError> {
  const link = queryLinkOf(web, flow, req);
  const { authorization } = req.headers;
  if (authorization === undefined || !/^Bearer(?: |$)/i.test(authorization))
    return byCookie(await openWith(web, flow, { req, res, link, byBearer: false }));
  const token = /^Bearer +(\S{1,1000}) *$/i.exec(authorization)?.[1];
  const text = token === undefined || token === newToken ? null : planTextIn(web, flow, token);
  if (token !== newToken && text === null) return invalidToken;
  const jars = new Map<string | null, PlanJar>();
  const cookies = (slug: string | null): CookieJar => {
    const jar = jars.get(slug) ?? bearerPlanJar(slug === flow.slug && text !== null ? text : undefined);
    jars.set(slug, jar);
    return jar;
  };
  return openWith({ ...web, cookies }, flow, { req, res, link, byBearer: true });
}

/** The text of the plan's token, as a cookie would have it; `null`: the bearer token is of no plan of this flow. */
function planTextIn({ keyring, clock }: Pick<Web, 'keyring' | 'clock'>, { slug }: Flow, bearer: string): string | null {
  const now = clock.now();
  const text = planTextOfBearer(keyring, slug, now, bearer);
  return text !== null && readPlanToken(keyring, slug, now, text) !== null ? text : null;
}

interface Sent {
  readonly req: Request;
  readonly res: Response;
  readonly link: QueryLink;
  readonly byBearer: boolean;
}

async function openWith(web: Web, flow: Flow, { req, res, link, byBearer }: Sent): Promise<Call> {
  const opened = await openVisit(web, flow, req, res);
  const jar = planJarIn(opened.jar) ?? cookiePlanJar(opened.jar);
  const visit: Visit = { ...opened, jar, entryLink: { ...opened.entryLink, ...link.link } };
  return { visit, jar, byBearer, link };
}

/**
 * A link with a code, or one that the server issued, begins a plan of its own, as it does on the pages: a plan of this
 * browser that began otherwise is another person's, or was for another invitation. Clients repeat the query; a cookie
 * tells the link that the plan began with.
 */
async function byCookie(call: Call): Promise<Call> {
  const { visit, jar, link } = call;
  const { web, req, flow } = visit;
  const isNew = link.mark !== null && jar.read('query') !== link.mark;
  if (link.entry !== null && (isNew || jar.read('entry') === undefined))
    await keepEntryLink(web, req, jar, { ...link.entry, flow: flow.slug });
  if (!isNew || link.mark === null) return call;
  jar.set('query', link.mark, null);
  const planToken = mintPlanToken(web.keyring, flow.slug, web.clock.now(), web.token());
  return { ...call, visit: { ...visit, planToken } };
}
