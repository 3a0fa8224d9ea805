import type { Request, Response } from 'express';
import type { Flow } from '../../flow/flow.js';
import type { CookieJar } from '../cookies/cookie-jar.js';
import { mintPlanToken, readBearerToken, readPlanToken } from '../cookies/plan-token.js';
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
  /** By bearer: of the link that the plan began with; `null`: with none. */
  readonly mark: string | null;
}

const invalidToken: ApiError = {
  status: 401,
  detail: 'The token is of no plan of this flow, or it has expired.',
  code: 'invalid_token',
};

/**
 * Reads whose call it is: the plan of the bearer token if there is one, never beside it that of a cookie.
 *
 * A link with a code, or one that the server issued, begins a plan of its own, as it does on the pages: a plan that
 * began otherwise is another person's, or was for another invitation. Clients repeat the query; a cookie, or the bearer
 * token, tells the link that the plan began with. The plan of a bearer token is not touched: its token is valid as ever.
 */
export async function openCall(web: Web, flow: Flow, req: Request, res: Response): Promise<Call | ApiError> {
  const link = queryLinkOf(web, flow, req);
  const { authorization } = req.headers;
  if (authorization === undefined || !/^Bearer(?: |$)/i.test(authorization))
    return byCookie(await openWith(web, flow, { req, res, link, byBearer: false, mark: null }));
  const token = /^Bearer +(\S{1,1000}) *$/i.exec(authorization)?.[1];
  const sent = token === undefined || token === newToken ? null : bearerIn(web, flow, token);
  if (token !== newToken && sent === null) return invalidToken;
  const own = sent !== null && link.goesOn(sent.mark) ? sent : null;
  const jars = new Map<string | null, PlanJar>();
  const cookies = (slug: string | null): CookieJar => {
    const jar = jars.get(slug) ?? bearerPlanJar(slug === flow.slug ? own?.text : undefined);
    jars.set(slug, jar);
    return jar;
  };
  const mark = own === null ? link.mark : own.mark;
  return openWith({ ...web, cookies }, flow, { req, res, link, byBearer: true, mark });
}

/** What the token says, if it is valid; `null`: it is of no plan of this flow. */
function bearerIn(
  { keyring, clock }: Pick<Web, 'keyring' | 'clock'>,
  { slug }: Flow,
  bearer: string,
): ReturnType<typeof readBearerToken> {
  const now = clock.now();
  const sent = readBearerToken(keyring, slug, now, bearer);
  return sent !== null && readPlanToken(keyring, slug, now, sent.text) !== null ? sent : null;
}

interface Sent extends Pick<Call, 'byBearer' | 'link' | 'mark'> {
  readonly req: Request;
  readonly res: Response;
}

async function openWith(web: Web, flow: Flow, { req, res, ...sent }: Sent): Promise<Call> {
  const opened = await openVisit(web, flow, req, res);
  const jar = planJarIn(opened.jar) ?? cookiePlanJar(opened.jar);
  const visit: Visit = { ...opened, jar, entryLink: { ...opened.entryLink, ...sent.link.link } };
  return { ...sent, visit, jar };
}

async function byCookie(call: Call): Promise<Call> {
  const { visit, jar, link } = call;
  const { web, req, flow } = visit;
  const goesOn = link.goesOn(jar.read('query'));
  if (link.entry !== null && (!goesOn || jar.read('entry') === undefined))
    await keepEntryLink(web, req, jar, { ...link.entry, flow: flow.slug });
  if (goesOn || link.mark === null) return call;
  jar.set('query', link.mark, null);
  const planToken = mintPlanToken(web.keyring, flow.slug, web.clock.now(), web.token());
  return { ...call, visit: { ...visit, planToken } };
}
