import type { Request, Response } from 'express';
import { randomReference } from '../../base/ids.js';
import { message } from '../../base/message.js';
import { refusal } from '../../executor/reply.js';
import type { SourceFailure } from '../../ports/source.js';
import type { Web } from '../web.js';
import { sendRefusal } from '../send-reply.js';
import type { Resume } from './resume.js';
import { returnLinks } from './source-links.js';

/**
 * Reports a failed sign-in at a provider: a plain sentence and a way back for the visitor, the reason for the log, and
 * a reference for both.
 */
export function writeFailure(
  web: Web,
  slug: string,
  failure: SourceFailure,
  { req, res, resume }: { readonly req: Request; readonly res: Response; readonly resume: Resume },
): void {
  const { status, message: said, reason, detail, retryable } = failure;
  const reference = randomReference();
  const level = status === 503 && !retryable ? 'error' : 'warn';
  web.log[level]({ source: slug, reason, detail, reference }, 'a sign-in at a provider failed');
  web.context.events({ type: 'source.failed', source: slug, reason, reference });
  const details = { reference, links: returnLinks(web, slug, { resume, again: retryable }) };
  const reply = refusal(status, [said], { ...details, ...(status === 503 ? { retryAfterSeconds: 5 } : {}) });
  sendRefusal(web, req, res, reply);
}

/** Answers 429: this address has begun too many sign-ins without success. */
export function writeTooMany(web: Web, req: Request, res: Response): void {
  sendRefusal(web, req, res, refusal(429, [message('source.too_many')], { retryAfterSeconds: 600 }));
}
