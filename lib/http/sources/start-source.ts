import type { Request, Response } from 'express';
import { message } from '../../base/message.js';
import { locationOf } from '../../base/target.js';
import { refusal } from '../../executor/reply.js';
import type { EntryLink } from '../cookies/entry-link.js';
import { keepEntryLink, prolongEntryLink } from '../entry-link.js';
import { startFreshPlans } from '../fresh-plans.js';
import { sendTo } from '../headers.js';
import { splitQuery } from '../link-query.js';
import { queryOf } from '../query.js';
import { checkLogin } from '../login/check-login.js';
import type { Web } from '../web.js';
import { sendRefusal } from '../send-reply.js';
import { resumeJson, type Resume } from './resume.js';
import { keepResume } from './resume-cookie.js';
import { sourceCookies } from './source-cookie.js';
import { writeFailure, writeTooMany } from './source-failure.js';
import type { SourcesWeb } from './sources-web.js';

interface Start {
  readonly resume: Resume;
  /** What the link that leads here brings; left out: nothing. */
  readonly link?: EntryLink;
  /** True: the person wants to choose another account there. */
  readonly otherAccount: boolean;
}

/** GET `/source/<slug>/login`: off to the provider, from anywhere. */
export function startAtLink(web: Web, sources: SourcesWeb, slug: string, req: Request, res: Response): Promise<void> {
  const { code, next = null } = splitQuery(web.site, queryOf(req), ['invite', 'next'])?.link ?? {};
  const start = {
    resume: { next, plan: null },
    otherAccount: false,
    ...(code === undefined ? {} : { link: { code } }),
  };
  return startSource(web, sources, slug, start, req, res);
}

/** Off to the provider. A link, not a form: `form-action` would hold its redirect against us. */
export async function startSource(
  web: Web,
  sources: SourcesWeb,
  slug: string,
  { resume, otherAccount, link }: Start,
  req: Request,
  res: Response,
): Promise<void> {
  // A browser that only looks ahead must not begin anything.
  const purpose = String(req.headers['sec-purpose'] ?? req.headers['purpose'] ?? '');
  if (req.method === 'HEAD' || purpose.includes('prefetch')) {
    res.writeHead(204, { 'Cache-Control': 'no-store' }).end();
    return;
  }
  checkLogin(web, req);
  if (!(await sources.mayStart(web.client(req)))) {
    writeTooMany(web, req, res);
    return;
  }
  await takeCode(web, link, req, res);
  const { loginPath = null } = sources.all.admitted(slug) ?? {};
  const elsewhere = loginPath === null ? null : locationOf(web.site, { path: loginPath });
  if (elsewhere !== null) {
    keepResume(web, slug, res, resume);
    sendTo(res, elsewhere, null);
    return;
  }
  const source = sources.all.get(slug);
  if (source === null) {
    sendRefusal(web, req, res, refusal(404, [message('problem.404')]));
    return;
  }
  const begun = await source.begin({ then: resumeJson(resume), otherAccount });
  if (begun.type === 'failed') {
    writeFailure(web, slug, begun, { req, res, resume });
    return;
  }
  for (const line of sourceCookies(web.site, req).begin(begun.cookie)) res.append('Set-Cookie', line);
  sendTo(res, begun.to, null);
}

/** The code that the link brings, or that an earlier one brought, lasts as long as the way to the provider and back. */
async function takeCode(web: Web, link: EntryLink | undefined, req: Request, res: Response): Promise<void> {
  const jar = web.cookies(null, req);
  if (link === undefined) await prolongEntryLink(web, req, jar);
  else await keepEntryLink(web, req, jar, link);
  const fresh = link?.code === undefined ? [] : startFreshPlans(web, req);
  for (const line of [...jar.lines(), ...fresh]) res.append('Set-Cookie', line);
}
