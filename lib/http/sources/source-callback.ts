import type { Request, Response } from 'express';
import { EnrollmentError } from '../../base/error.js';
import type { ProviderSource } from '../../ports/source.js';
import { presentWeb } from '../flow-versions.js';
import { sendNothing, sendTo } from '../headers.js';
import { checkLogin } from '../login/auth-session.js';
import { queryOf } from '../query.js';
import type { Web, WebSources } from '../web.js';
import { pendingIdentity } from './identity-context.js';
import { receiveIdentity } from './receive-identity.js';
import { nowhere, resumeOf, sourceCookies } from './source-cookies.js';
import { sendError, writeFailure, writeTooMany } from './source-failure.js';
import { startSource } from './start-source.js';

/** GET: the visitor returns from the provider. */
export async function finishSource(
  begun: Web,
  begunSources: WebSources,
  source: ProviderSource,
  req: Request,
  res: Response,
): Promise<void> {
  // A HEAD request must not use up the single-use answer. The answer also stays unused if no user can be signed in.
  if (req.method === 'HEAD') {
    sendNothing(res);
    return;
  }
  checkLogin(begun, req);
  const cookies = sourceCookies(begun.site, req);
  const outcome = await source.finish({
    parameters: queryOf(req),
    cookie: (tag) => cookies.read(tag),
  });
  // The provider may have taken its time.
  const web = presentWeb(begun);
  const sources = web.sources ?? begunSources;
  const resume = resumeOf(web.site, outcome.resume);
  if (outcome.type === 'failed' && outcome.reason === 'provider.account_choice') {
    // The refusal is recorded by now, so this cannot loop.
    for (const line of cookies.end(outcome.tag)) res.append('Set-Cookie', line);
    return startSource(web, sources, source.slug, { resume, otherAccount: true }, req, res);
  }
  if (outcome.type === 'failed') {
    return writeFailure(web, source.slug, outcome, { req, res, resume });
  }
  try {
    // If the answer was posted, that post was counted too.
    if (!outcome.repeated)
      for (let counted = source.posts ? 2 : 1; counted > 0; counted -= 1) await sources.starts.reward(web.client(req));
    const identity = pendingIdentity(source.name, outcome.identity, outcome.verifiedAt);
    await receiveIdentity({
      web,
      sources,
      req,
      res,
      identity,
      resume,
      answer: outcome.tag,
      ended: outcome.repeated ? [] : cookies.shorten(outcome.tag),
    });
  } catch (error) {
    if (res.headersSent) throw error;
    await sendError(web, source.slug, error, { req, res, resume });
  }
}

const longest = 16 * 1024;

/**
 * POST: a provider that answers with a form. The form comes from another site, so the browser sends no Lax cookie with
 * it: the parameters are stored briefly, and the browser is redirected to the same address by GET, with the cookie.
 */
export async function keepPostedCallback(
  web: Web,
  sources: WebSources,
  source: ProviderSource,
  req: Request,
  res: Response,
): Promise<void> {
  // Nothing shows yet that it answers a request, and it is stored nevertheless.
  if (!(await sources.starts.consume(web.client(req)))) {
    return writeTooMany(web, nowhere, req, res);
  }
  const held = await source.keep(await bodyOf(req));
  if (held.type === 'failed') return writeFailure(web, source.slug, held, { req, res, resume: nowhere });
  sendTo(res, `${web.site.mount}${source.callbackPath}?${held.parameters}`, null);
}

async function bodyOf(req: Request): Promise<string> {
  const parsed: unknown = req.body;
  // The app has already read the form with a parser for forms, texts or bytes.
  if (typeof parsed === 'string') return parsed;
  if (Buffer.isBuffer(parsed)) return parsed.toString('utf8');
  const fields = Object.entries(parsed ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  // Express 4 also has an empty record for a body that no parser has read.
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
