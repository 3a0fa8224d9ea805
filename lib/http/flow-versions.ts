import type { Request, RequestHandler } from 'express';
import { readBearerToken, readPlanToken } from './cookies/plan-token.js';
import type { Web } from './web.js';

/** The versions of flows that change while the app runs: a running plan may go on with an earlier one. */
export interface FlowVersions {
  /** The present version. */
  now(): Web;
  /**
   * The version of a running plan; the present one where it has none of its own.
   * @throws ERR_ENROLLMENT_STORE_AWAY (503)
   */
  ofPlan(planId: string): Promise<Web>;
  /** The slugs of flows that were removed lately: plans of them may run. */
  removed(): readonly string[];
}

/** The slugs of all flows of which this browser may have a plan. */
export function slugsWithPlans({ flows, versions }: Pick<Web, 'flows' | 'versions'>): readonly string[] {
  const removed = versions?.removed() ?? [];
  return [...flows.keys(), ...removed.filter((slug) => !flows.has(slug))];
}

/** The version of a running plan, for what has begun with `web`. @throws ERR_ENROLLMENT_STORE_AWAY (503) */
export async function webOfPlan(web: Web, planId: string): Promise<Web> {
  return web.versions === null ? web : web.versions.ofPlan(planId);
}

/** The version that new plans begin with, for what has begun with `web`. */
export function presentWeb(web: Web): Web {
  return web.versions === null ? web : web.versions.now();
}

/** Lets a request to a flow be answered by the version that its plan began with. */
export function routeByPlan(
  web: Web,
  present: RequestHandler,
  routerOf: (planId: string) => Promise<RequestHandler>,
): RequestHandler {
  return (req, res, next) => {
    const planId = planOf(web, req);
    if (planId === null) {
      present(req, res, next);
      return;
    }
    routerOf(planId)
      .then((router) => {
        router(req, res, next);
      })
      .catch(next);
  };
}

/** `null`: the request has no plan of the flow that it is for. */
function planOf(web: Web, req: Request): string | null {
  const [, api, slug = ''] = /^\/(?:if\/flow|(api\/v3\/flows)\/(?:executor|inspector))\/([^/?]+)/.exec(req.url) ?? [];
  if (!slugsWithPlans(web).includes(slug)) return null;
  const { authorization = '' } = req.headers;
  const sent = api === undefined ? undefined : /^Bearer +(\S{1,1000}) *$/i.exec(authorization)?.[1];
  const { keyring } = web;
  const now = web.clock.now();
  const own =
    sent === undefined ? web.cookies(slug, req).read('plan') : readBearerToken(keyring, slug, now, sent)?.text;
  return readPlanToken(keyring, slug, now, own)?.planId ?? null;
}
