import type { Request, RequestHandler, Response } from 'express';
import { message } from '../base/message.js';
import { refusal } from '../executor/reply.js';
import type { Flow } from '../flow/flow.js';
import { clientAddress } from './app-hooks.js';
import { showCancelAll, submitCancelAll } from './cancel-all.js';
import { defaultFlowAnswer } from './default-flow-pages.js';
import { failureReply, outageReply } from './failure.js';
import { showCancel, showFlow, submitCancel, submitFlow } from './flow-handlers.js';
import { chooseLanguage } from './choose-language.js';
import { executorApiAnswer } from './executor-api/executor-api.js';
import { asksForFlows, showFlows } from './flow-list.js';
import { securityHeaders, sendTo } from './headers.js';
import { keptRefusalPath } from './kept-refusal.js';
import { flowPath, mailLinkPath, ticketLinkPath, unsubscribePath } from './links.js';
import { showMailLink, submitMailLink } from './mail-link.js';
import { queryOf } from './query.js';
import { redirectToBaseUrl } from './redirect-to-base-url.js';
import { sendRefusal, showKeptRefusal } from './send-reply.js';
import { showSignOut, submitSignOut } from './sign-out-and-continue.js';
import { sourceAnswer } from './sources/source-router.js';
import { renewTicket, showTicketLink } from './ticket-link.js';
import { showUnsubscribe, submitUnsubscribe } from './unsubscribe.js';
import type { Web } from './web.js';

type Handler = (web: Web, flow: Flow, req: Request, res: Response) => Promise<void>;

/** The handlers of each address of a flow, below `/if/flow/<slug>/`. */
const addresses: ReadonlyMap<string, { readonly get: Handler; readonly post: Handler }> = new Map([
  ['', { get: showFlow, post: submitFlow }],
  [mailLinkPath, { get: showMailLink, post: submitMailLink }],
  [ticketLinkPath, { get: showTicketLink, post: renewTicket }],
  ['cancel/', { get: showCancel, post: submitCancel }],
  ['sign-out/', { get: showSignOut, post: submitSignOut }],
]);

/**
 * The kit's pages as one Express middleware; any other request is passed to `next()`. It matches addresses itself, so
 * that Express 4 and 5 behave alike, and it answers all of its own errors: no rejection reaches the app.
 */
export function createRouter(web: Web): RequestHandler {
  return (req, res, next) => {
    const path = pathOf(req);
    const styles = path.endsWith('.css') ? web.pages.stylesheets.get(web.site.mount + path) : undefined;
    if (styles !== undefined) {
      sendAsset(req, res, 'text/css; charset=utf-8', styles);
      return;
    }
    const script = path.endsWith('.js') ? web.pages.scripts.get(web.site.mount + path) : undefined;
    if (script !== undefined) {
      sendAsset(req, res, 'text/javascript; charset=utf-8', script);
      return;
    }
    const byApi = executorApiAnswer(web, path);
    if (byApi !== null) {
      checkMount(web, req);
      byApi(req, res);
      return;
    }
    const reads = req.method === 'GET' || req.method === 'HEAD';
    if (reads && asksForFlows(web, req, path)) {
      if (!redirectToBaseUrl(web, req, res) && !chooseLanguage(web, path, req, res)) showFlows(web, req, res);
      return;
    }
    const bySource = sourceAnswer(web, web.sources, path, req.method);
    if (bySource !== null) {
      if (reads && redirectToBaseUrl(web, req, res)) return;
      checkMount(web, req);
      const [, slugInPath = ''] = /^\/if\/flow\/([^/]+)\//.exec(path) ?? [];
      guarded(web, web.flows.get(slugInPath) ?? null, req, res, () => bySource(req, res));
      return;
    }
    if (path.startsWith('/flows/-/')) {
      if (reads && (redirectToBaseUrl(web, req, res) || chooseLanguage(web, path, req, res))) return;
      checkMount(web, req);
      guarded(web, null, req, res, () => answerBeside(web, path, req, res));
      return;
    }
    const [, slug, rest] = /^\/if\/flow\/([^/]+)(?:\/(.*))?$/.exec(path) ?? [];
    if (slug === undefined) {
      next();
      return;
    }
    if (reads && (redirectToBaseUrl(web, req, res) || chooseLanguage(web, path, req, res))) return;
    checkMount(web, req);
    const flow = web.flows.get(slug) ?? null;
    guarded(web, flow, req, res, () => answer(web, flow, rest, req, res));
  };
}

/** Answers every error with a page of the kit. */
function guarded(web: Web, flow: Flow | null, req: Request, res: Response, work: () => Promise<void>): void {
  const failure = web.startFailure();
  if (failure !== null) {
    void sendRefusal(web, req, res, outageReply(web, flow, failure));
    return;
  }
  work().catch(async (error: unknown) => {
    if (res.headersSent) {
      res.destroy();
      web.log.error({ err: error, flow: flow?.slug }, 'a request failed after its answer had begun');
      return;
    }
    await sendRefusal(web, req, res, failureReply(web, flow, error));
  });
}

async function answer(
  web: Web,
  flow: Flow | null,
  rest: string | undefined,
  req: Request,
  res: Response,
): Promise<void> {
  const canonical = rest === undefined ? '' : addresses.has(`${rest}/`) ? `${rest}/` : rest;
  const handlers = addresses.get(canonical);
  if (flow === null || handlers === undefined) {
    return sendRefusal(web, req, res, refusal(404, [message('problem.404')]));
  }
  const reads = req.method === 'GET' || req.method === 'HEAD';
  if (reads && canonical !== rest) {
    sendTo(res, flowPath(web, flow.slug) + (canonical === '' ? queryWithMark(req) : canonical), null);
    return;
  }
  if (reads) return handlers.get(web, flow, req, res);
  if (req.method === 'POST') return handlers.post(web, flow, req, res);
  notAllowed(res, 'GET, HEAD, POST');
}

/** The addresses beside those of single flows, below `/flows/-/`. */
async function answerBeside(web: Web, path: string, req: Request, res: Response): Promise<void> {
  const reads = req.method === 'GET' || req.method === 'HEAD';
  if (/^\/flows\/-\/cancel\/?$/.test(path)) {
    if (reads) return showCancelAll(web, req, res);
    if (req.method === 'POST') return submitCancelAll(web, req, res);
    notAllowed(res, 'GET, HEAD, POST');
    return;
  }
  if (path === unsubscribePath) {
    if (reads) return showUnsubscribe(web, req, res);
    if (req.method === 'POST') return submitUnsubscribe(web, req, res);
    notAllowed(res, 'GET, HEAD, POST');
    return;
  }
  if (path === keptRefusalPath && reads) {
    return showKeptRefusal(web, req, res);
  }
  const show = defaultFlowAnswer(web, path);
  if (show === null) await sendRefusal(web, req, res, refusal(404, [message('problem.404')]));
  else if (reads) await show(req, res);
  else notAllowed(res, 'GET, HEAD');
}

function notAllowed(res: Response, allow: string): void {
  res.writeHead(405, { ...securityHeaders, Allow: allow, 'Content-Length': 0 });
  res.end();
}

function sendAsset(req: Request, res: Response, type: string, body: string): void {
  if (req.method !== 'GET' && req.method !== 'HEAD') {
    notAllowed(res, 'GET, HEAD');
    return;
  }
  // The path contains a hash of the content, so it can be cached forever.
  res.writeHead(200, {
    'Content-Type': type,
    'Cache-Control': 'public, max-age=31536000, immutable',
    'X-Content-Type-Options': 'nosniff',
    'Content-Length': Buffer.byteLength(body),
  });
  res.end(req.method === 'HEAD' ? undefined : body);
}

function pathOf(req: Request): string {
  const mark = req.url.indexOf('?');
  return mark === -1 ? req.url : req.url.slice(0, mark);
}

function queryWithMark(req: Request): string {
  const query = queryOf(req);
  return query === '' ? '' : `?${query}`;
}

/** Mount mistakes that would cause broken links, lost cookies or rate limits for the wrong client. */
function checkMount(web: Web, req: Request): void {
  const proxied = req.headers['x-forwarded-for'] !== undefined;
  // A proxy may have removed the path: then the app is mounted at its own root, which is correct.
  if (req.baseUrl !== web.site.mount && !(proxied && req.baseUrl === '')) {
    web.warnOnce(
      'WARN_MOUNT',
      `the router is mounted at '${req.baseUrl}', but the path of baseUrl is '${web.site.mount}'; links and cookies follow baseUrl`,
    );
  }
  if (web.site.secure && !cameByTls(req)) {
    web.warnOnce(
      'WARN_INSECURE',
      'baseUrl is https, but requests come without TLS and without X-Forwarded-Proto: https: no Secure session cookie is set on them, so no user stays signed in; have the proxy send that header',
    );
  }
  if (req.app.get('trust proxy') === true && web.client === clientAddress) {
    web.warnOnce(
      'WARN_TRUST_PROXY',
      "'trust proxy' is true: every client chooses the address that is counted, by X-Forwarded-For; give the number of your proxies, or their addresses",
    );
  }
  if (proxied && req.app.get('trust proxy') === false) {
    web.warnOnce(
      'WARN_TRUST_PROXY',
      "requests carry X-Forwarded-For, but 'trust proxy' is off: everybody has the proxy's address, and throttling counts them as one",
    );
  }
}

function cameByTls(req: Request): boolean {
  const [protocol = ''] = String(req.headers['x-forwarded-proto'] ?? '').split(',');
  return 'encrypted' in req.socket || protocol.trim() === 'https';
}

/** Serves only the addresses of one flow, pages and JSON, the stylesheets and the scripts; every other request is passed to `next()`. */
export function oneFlow(router: RequestHandler, slug: string): RequestHandler {
  return (req, res, next) => {
    const [, kind, name] = /^\/(?:if|api\/v3\/flows)\/(flow|assets|executor|inspector)\/([^/?]*)/.exec(req.url) ?? [];
    if (kind === 'assets' || (kind !== undefined && name === slug)) router(req, res, next);
    else next();
  };
}
