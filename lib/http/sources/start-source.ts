import type { Request, Response } from 'express';
import { message } from '../../base/message.js';
import { ownPath } from '../../base/target.js';
import { refusal } from '../../executor/reply.js';
import type { Source } from '../../sources/source.js';
import { sendTo } from '../headers.js';
import type { Web } from '../web.js';
import { writeRefusal } from '../write-reply.js';
import { sourceCookies } from './source-cookie.js';
import { writeFailure } from './source-failure.js';
import type { SourcesWeb } from './sources-web.js';

/** GET: off to the provider. A link, not a form: `form-action` would hold its redirect against us. */
export async function startSource(
  web: Web,
  sources: SourcesWeb,
  source: Source,
  req: Request,
  res: Response,
): Promise<void> {
  // A browser that only looks ahead must not begin anything.
  const purpose = String(req.headers['sec-purpose'] ?? req.headers['purpose'] ?? '');
  if (req.method === 'HEAD' || purpose.includes('prefetch')) {
    res.writeHead(204, { 'Cache-Control': 'no-store' }).end();
    return;
  }
  if (!(await sources.mayStart(web.client(req)))) {
    const messages = [message('source.too_many')];
    writeRefusal(web, req, res, refusal(429, messages, { retryAfterSeconds: 600 }));
    return;
  }
  const mark = req.url.indexOf('?');
  const next = ownPath(web.site, new URLSearchParams(mark === -1 ? '' : req.url.slice(mark)).get('next'));
  const begun = await source.begin({ then: next !== null && 'path' in next ? { next: next.path } : {} });
  if (begun.is === 'failed') {
    writeFailure(web, source, begun, req, res);
    return;
  }
  for (const line of sourceCookies(web.site, req).begin(begun.cookie)) res.append('Set-Cookie', line);
  sendTo(res, begun.to, null);
}
