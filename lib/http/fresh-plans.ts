import type { Request } from 'express';
import type { Flow } from '../flow/flow.js';
import { takesCode } from '../flow/stage.js';
import { givePlanToken } from './visit.js';
import type { Web } from './web.js';

/**
 * A code starts a new plan: the browser gets new plans for the flows that ask for a code, so that no plan of an earlier
 * code continues. Returns `Set-Cookie` lines.
 */
export function startFreshPlans(
  web: Pick<Web, 'keyring' | 'clock' | 'token' | 'cookies' | 'flows'>,
  req: Request,
): readonly string[] {
  return [...web.flows.values()].filter(asksForCode).flatMap((flow) => {
    const jar = web.cookies(flow.slug, req);
    givePlanToken({ web, flow, jar });
    return jar.lines();
  });
}

/** True for a flow with a stage that asks for an invitation. */
export function asksForCode({ bindings, insertable }: Flow): boolean {
  return [...bindings, ...insertable.values()].some(({ stage }) => takesCode(stage));
}
