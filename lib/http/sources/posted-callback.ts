import type { Request, Response } from 'express';
import { EnrollmentError } from '../../base/error.js';
import type { Source } from '../../ports/source.js';
import { sendTo } from '../headers.js';
import type { Web } from '../web.js';
import { nowhere } from './resume.js';
import { writeFailure, writeTooMany } from './source-failure.js';
import type { SourcesWeb } from './sources-web.js';

const longest = 16 * 1024;

/**
 * POST: a provider that answers by a form. It comes from another site, so no Lax cookie is with it: what was posted is
 * kept for a moment, and the browser sent to the same address by GET, where the cookie is.
 */
export async function keepPostedCallback(
  web: Web,
  sources: SourcesWeb,
  source: Source,
  req: Request,
  res: Response,
): Promise<void> {
  // Nothing shows yet that it is an answer to anything, and it is kept all the same.
  if (!(await sources.mayStart(web.client(req)))) {
    writeTooMany(web, req, res);
    return;
  }
  const held = await source.keep(await bodyOf(req));
  if (held.type === 'failed') writeFailure(web, source.slug, held, { req, res, resume: nowhere });
  else sendTo(res, `${web.site.mount}${source.callbackPath}?${held.parameters}`, null);
}

async function bodyOf(req: Request): Promise<string> {
  const parsed: unknown = req.body;
  // The app has read the form already, by a parser for forms, texts or bytes.
  if (typeof parsed === 'string') return parsed;
  if (Buffer.isBuffer(parsed)) return parsed.toString('utf8');
  const fields = Object.entries(parsed ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  // Express 4 has an empty record also for a body that no parser has touched.
  if (fields.length > 0) return new URLSearchParams(fields).toString();
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of req) {
    const read: unknown = part;
    const bytes = Buffer.isBuffer(read) ? read : Buffer.from(String(read));
    size += bytes.length;
    if (size > longest) throw new EnrollmentError('ERR_ENROLLMENT_BODY', 'a provider posted too much', { status: 413 });
    parts.push(bytes);
  }
  return Buffer.concat(parts).toString('utf8');
}
