import type { Request, Response } from 'express';
import { randomReference } from '../../base/ids.js';
import { refusal } from '../../executor/reply.js';
import type { Source, SourceFailure } from '../../sources/source.js';
import type { Web } from '../web.js';
import { writeRefusal } from '../write-reply.js';
import { sourceCookies } from './source-cookie.js';

/** Why nobody was recognised: plain words for the person, the reason for the log, a reference for both. */
export function writeFailure(web: Web, source: Source, failure: SourceFailure, req: Request, res: Response): void {
  const { status, message, reason, detail, tag, retryable } = failure;
  const reference = randomReference();
  const level = status === 503 && !retryable ? 'error' : 'warn';
  web.log[level]({ source: source.slug, reason, detail, reference }, 'a sign-in at a provider failed');
  web.bench.events('source.failed', { source: source.slug, reason, reference });
  for (const line of sourceCookies(web.site, req).end(tag)) res.append('Set-Cookie', line);
  writeRefusal(
    web,
    req,
    res,
    refusal(status, [message], { reference, ...(status === 503 ? { retryAfterSeconds: 5 } : {}) }),
  );
}
