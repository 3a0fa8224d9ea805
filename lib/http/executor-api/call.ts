import type { Request, Response } from 'express';
import type { Flow } from '../../flow/flow.js';
import { mintPlanToken, readBearerToken, readPlanToken, type BearerToken } from '../cookies/plan-token.js';
import { presentWeb } from '../flow-versions.js';
import { keepEntryLink, openVisit, type Visit } from '../visit.js';
import type { Web } from '../web.js';
import { notFound, type ApiError } from './api-error.js';
import { newToken } from './names.js';
import { bearerPlanJar, cookiePlanJar, type PlanJar } from './plan-jar.js';
import { queryLinkOf, type QueryLink } from './query-link.js';

/** One call of a client. */
export interface Call {
  readonly visit: Visit;
  readonly jar: PlanJar;
  /** True for a client that sends its plan's token itself. */
  readonly byBearer: boolean;
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
  const { authorization } = req.headers;
  const byBearer = authorization !== undefined && /^Bearer(?: |$)/i.test(authorization);
  const bearer = byBearer ? /^Bearer +(\S{1,1000}) *$/i.exec(authorization)?.[1] : undefined;
  const sent = bearer === undefined || bearer === newToken ? null : bearerIn(web, flow, bearer);
  if (byBearer && bearer !== newToken && sent === null) return invalidToken;
  const link = queryLinkOf(web, flow, req);
  const goesOn = link.goesOn(byBearer ? sent?.mark : web.cookies(flow.slug, req).read('query'));
  if (goesOn)
    return byBearer
      ? openByBearer(web, flow, { req, res, link }, sent)
      : openByCookie(web, flow, { req, res, link }, goesOn);
  // The other plan begins with the present flows.
  const present = presentWeb(web);
  const begun = present.flows.get(flow.slug);
  if (begun === undefined) return notFound;
  const asked = { req, res, link: queryLinkOf(present, begun, req) };
  return byBearer ? openByBearer(present, begun, asked, null) : openByCookie(present, begun, asked, goesOn);
}

/** What the token says, if it is valid; `null`: it is of no plan of this flow. */
function bearerIn(
  { keyring, clock }: Pick<Web, 'keyring' | 'clock'>,
  { slug }: Flow,
  bearer: string,
): BearerToken | null {
  const now = clock.now();
  const sent = readBearerToken(keyring, slug, now, bearer);
  return sent !== null && readPlanToken(keyring, slug, now, sent.text) !== null ? sent : null;
}

interface Asked {
  readonly req: Request;
  readonly res: Response;
  readonly link: QueryLink;
}

/** `sent`: the token of a plan to go on with; `null`: a plan begins. */
async function openByBearer(web: Web, flow: Flow, { req, res, link }: Asked, sent: BearerToken | null): Promise<Call> {
  const jars = new Map<string | null, PlanJar>();
  const cookies = (slug: string | null): PlanJar => {
    const jar = jars.get(slug) ?? bearerPlanJar(slug === flow.slug ? sent?.text : undefined);
    jars.set(slug, jar);
    return jar;
  };
  const visit = await openVisit({ ...web, cookies }, flow, req, res);
  const mark = sent === null ? link.mark : sent.mark;
  return { visit: withLink(visit, link), jar: cookies(flow.slug), byBearer: true, mark };
}

/** `goesOn`: with the plan that the browser has. */
async function openByCookie(web: Web, flow: Flow, { req, res, link }: Asked, goesOn: boolean): Promise<Call> {
  const opened = await openVisit(web, flow, req, res);
  const jar = cookiePlanJar(opened.jar);
  if (link.entry !== null && (!goesOn || jar.read('entry') === undefined))
    await keepEntryLink(web, req, jar, { ...link.entry, flow: flow.slug });
  const visit = withLink({ ...opened, jar }, link);
  const call = { visit, jar, byBearer: false, mark: null };
  if (goesOn) return call;
  if (link.mark !== null) jar.set('query', link.mark, null);
  const planToken = mintPlanToken(web.keyring, flow.slug, web.clock.now(), web.token());
  return { ...call, visit: { ...visit, planToken } };
}

function withLink(visit: Visit, { link }: QueryLink): Visit {
  return { ...visit, entryLink: { ...visit.entryLink, ...link } };
}
