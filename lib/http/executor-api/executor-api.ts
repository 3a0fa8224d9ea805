import type { Request, Response } from 'express';
import { isEnrollmentError } from '../../base/error.js';
import type { RefusalReply } from '../../executor/reply.js';
import type { Flow } from '../../flow/flow.js';
import { failureReply, outageReply } from '../failure.js';
import { formOrigin } from '../posted-form.js';
import type { Web } from '../web.js';
import { notFound, sendError, sendJson, type ApiError } from './api-error.js';
import { answerPreflight, allowOrigin, isListed } from './cors.js';
import { inspectPlan } from './inspect-plan.js';
import { openApiDocument } from './open-api/document.js';
import { apiPath } from './paths.js';
import { showChallenge } from './show-challenge.js';
import { cancelChallenge, solveChallenge } from './solve-challenge.js';

type Handler = (web: Web, flow: Flow, req: Request, res: Response) => Promise<void>;

interface Endpoint {
  readonly flow: Flow | null;
  readonly get?: Handler;
  readonly post?: Handler;
}

const foreign: ApiError = {
  status: 403,
  detail: 'The request comes from another origin, which executorApi.origins does not list.',
  code: 'foreign_origin',
};

/** Answers a request to the JSON of flows; `null`: it is switched off, or the address is not its own. */
export function executorApiAnswer(web: Web, path: string): ((req: Request, res: Response) => void) | null {
  if (web.executorApi === null || !path.startsWith(`${apiPath}/`)) return null;
  if (/^\/api\/v3\/schema\/?$/.test(path))
    return (req, res) => {
      answerSchema(web, req, res);
    };
  const [, kind, slug = '', rest] =
    /^\/api\/v3\/flows\/(executor|inspector)\/([^/]+)(?:\/(cancel\/?)?)?$/.exec(path) ?? [];
  if (kind === undefined || (kind === 'inspector' && rest !== undefined)) return null;
  const endpoint = endpointOf(web.flows.get(slug) ?? null, kind, rest);
  return (req, res) => {
    void answer(web, endpoint, req, res);
  };
}

function endpointOf(flow: Flow | null, kind: string, rest: string | undefined): Endpoint {
  if (kind === 'inspector') return { flow, get: inspectPlan };
  return rest === undefined ? { flow, get: showChallenge, post: solveChallenge } : { flow, post: cancelChallenge };
}

async function answer(web: Web, { flow, get, post }: Endpoint, req: Request, res: Response): Promise<void> {
  try {
    allowOrigin(web, req, res);
    if (req.method === 'OPTIONS') return answerPreflight(web, req, res);
    if (!isListed(web, req) && formOrigin(web, req) === 'foreign') return sendError(res, foreign);
    const failure = web.startFailure();
    if (failure !== null) return sendFailed(web, req, res, outageReply(web, flow, failure));
    if (flow === null) return sendError(res, notFound);
    const handler = req.method === 'POST' ? post : req.method === 'GET' || req.method === 'HEAD' ? get : undefined;
    if (handler === undefined) return notAllowed(res, [...(get ? ['GET', 'HEAD'] : []), ...(post ? ['POST'] : [])]);
    await handler(web, flow, req, res);
  } catch (error) {
    if (res.headersSent) {
      res.destroy();
      web.log.error({ err: error, flow: flow?.slug }, 'a request failed after its answer had begun');
      return;
    }
    // Of a body that could be read, one field is wrong.
    if (isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_BODY') {
      const { status, message: detail } = error;
      if (status === 400) return sendError(res, { status, detail, code: 'invalid' });
      if (status === 413) return sendError(res, { status, detail, code: 'too_large' });
    }
    sendFailed(web, req, res, failureReply(web, flow, error));
  }
}

/** A failure has no challenge: what failed may be the plan. authentik's clients read it with the status 200. */
function sendFailed(web: Web, req: Request, res: Response, reply: RefusalReply): void {
  const { status, reference, retryAfterSeconds } = reply;
  if (status === 400 || status === 413 || status === 415)
    return sendError(res, { status, detail: 'The body could not be read.', code: 'parse_error' });
  const error = reply.messages.map((one) => web.pages.text(one, web.locale(req))).join('\n');
  if (retryAfterSeconds !== null) res.setHeader('Retry-After', String(retryAfterSeconds));
  sendJson(res, status === 500 ? 200 : status, {
    component: 'ak-stage-flow-error',
    request_id: reference ?? '',
    error,
  });
}

function answerSchema(web: Web, req: Request, res: Response): void {
  allowOrigin(web, req, res);
  if (req.method === 'OPTIONS') return answerPreflight(web, req, res);
  if (req.method !== 'GET' && req.method !== 'HEAD') return notAllowed(res, ['GET', 'HEAD']);
  sendJson(res, 200, openApiDocument(web));
}

function notAllowed(res: Response, methods: readonly string[]): void {
  res.setHeader('Allow', methods.join(', '));
  sendError(res, { status: 405, detail: 'Method not allowed.', code: 'method_not_allowed' });
}
