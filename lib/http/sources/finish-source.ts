import type { Request, Response } from 'express';
import type { Source } from '../../ports/source.js';
import { queryOf } from '../query.js';
import { checkLogin } from '../login/check-login.js';
import type { Web } from '../web.js';
import { receiveIdentity } from './receive-identity.js';
import { resumeOf } from './resume.js';
import { sourceCookies } from './source-cookie.js';
import { startSource } from './start-source.js';
import { writeFailure } from './source-failure.js';
import { pendingIdentity, type SourcesWeb } from './sources-web.js';

/** GET: back from the provider. */
export async function finishSource(
  web: Web,
  sources: SourcesWeb,
  source: Source,
  req: Request,
  res: Response,
): Promise<void> {
  // A HEAD request must not use up the single-use answer. Nor is the answer taken while no user could be signed in.
  if (req.method === 'HEAD') {
    res.writeHead(204, { 'Cache-Control': 'no-store' }).end();
    return;
  }
  checkLogin(web, req);
  const cookies = sourceCookies(web.site, req);
  const outcome = await source.finish({
    parameters: queryOf(req),
    cookie: (tag) => cookies.read(tag),
  });
  const resume = resumeOf(web.site, outcome.then);
  if (outcome.type === 'failed' && outcome.reason === 'provider.account_choice') {
    // It is remembered by now, so that this cannot go in circles.
    for (const line of cookies.end(outcome.tag)) res.append('Set-Cookie', line);
    return startSource(web, sources, source.slug, { resume, otherAccount: true }, req, res);
  }
  if (outcome.type === 'failed') {
    writeFailure(web, source.slug, outcome, { req, res, resume });
    return;
  }
  // Where the answer was posted, that counted, too.
  if (!outcome.repeated)
    for (let counted = source.posts ? 2 : 1; counted > 0; counted -= 1) await sources.recordSuccess(web.client(req));
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
}
