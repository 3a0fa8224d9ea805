import type { Request, RequestHandler, Response } from 'express';
import { EnrollmentError, isEnrollmentError } from '../../base/error.js';
import { ownPath } from '../../base/target.js';
import type { AdmittedSource, SourceFailure, PassportIdentity } from '../../ports/source.js';
import { failureReply } from '../failure.js';
import { presentWeb } from '../flow-versions.js';
import { sendNothing } from '../headers.js';
import { checkLogin } from '../login/auth-session.js';
import { parameterOf } from '../query.js';
import { sendRefusal } from '../send-reply.js';
import type { Web, WebSources } from '../web.js';
import { pendingIdentity } from './identity-context.js';
import { receiveIdentity } from './receive-identity.js';
import { takeResume } from './source-cookies.js';
import { sendError, writeFailure } from './source-failure.js';

/** Returns the identity that the app's own sign-in has verified; `null`: access is denied. */
export type ToIdentity = (req: Request) => PassportIdentity | null | Promise<PassportIdentity | null>;

/**
 * For a sign-in that the app already has: a callback whose answer the app has verified, or a path that only an
 * authenticating proxy reaches. Answers every request itself, even if `toIdentity` takes longer than the source's
 * `timeoutMs`; its exceptions go to the app's error handler.
 * @throws TypeError where no admitted source has the slug, and for a `toIdentity` that is no function
 */
export function admit(web: Web, slug: string, toIdentity: ToIdentity): RequestHandler {
  const { sources } = web;
  const source = sources?.get(slug) ?? null;
  if (sources === null || source?.kind !== 'admitted')
    throw new TypeError(`there is no admitted source '${slug}'; list admittedSource({ slug: '${slug}' }) in "sources"`);
  if (typeof toIdentity !== 'function')
    throw new TypeError(`admit('${slug}', …) needs a function that says who it is; see docs/sso.md`);

  return (req, res, next) => {
    // For a GET route, Express also accepts HEAD; a HEAD request neither signs in nor creates an account.
    if (req.method === 'HEAD') {
      sendNothing(res);
      return;
    }
    source
      .answered(() => toIdentity(req))
      .then(
        (answer) => {
          // The flows may have changed since the route was made, and while the app looked up who it is.
          const present = presentWeb(web);
          receive({ web: present, sources: present.sources ?? sources, source }, answer, req, res).catch(
            async (error: unknown) => {
              if (res.headersSent) res.destroy();
              else await sendRefusal(web, req, res, failureReply(web, null, error));
            },
          );
        },
        (error: unknown) => {
          next(error);
        },
      );
  };
}

async function receive(
  { web, sources, source }: { readonly web: Web; readonly sources: WebSources; readonly source: AdmittedSource },
  answer: { readonly said: PassportIdentity | null } | SourceFailure,
  req: Request,
  res: Response,
): Promise<void> {
  checkLogin(web, req);
  await refuseForeignSession(web, req);
  const kept = takeResume(web, source.slug, req, res);
  const asked = ownPath(web.site, parameterOf(req, 'next'));
  const resume = { ...kept, next: kept.next ?? asked };
  const outcome = 'said' in answer ? source.identify(answer.said) : answer;
  if (outcome.type === 'failed') {
    return writeFailure(web, source.slug, outcome, { req, res, resume });
  }
  try {
    await sources.starts.reward(web.client(req));
    const identity = pendingIdentity(source.name, outcome.identity, web.clock.now());
    await receiveIdentity({ web, sources, req, res, identity, resume, answer: web.token(), ended: [] });
  } catch (error) {
    if (res.headersSent) throw error;
    await sendError(web, source.slug, error, { req, res, resume });
  }
}

/**
 * By default, Passport stores the user that it authenticates in the session: the app's own guards would then grant
 * access before the gate is checked. A Passport user that the option `login` does not know is removed from the session.
 * @throws ERR_ENROLLMENT_ADMIT
 */
async function refuseForeignSession(web: Web, req: Request): Promise<void> {
  const { session } = req as { readonly session?: { passport?: { user?: unknown } } };
  if (session?.passport?.user === undefined) return;
  const known = await web.authSession.isAccount(req).catch((error: unknown) => {
    // A value that `login` cannot read as one of its users is not a user; an unavailable store is a different case.
    if (isEnrollmentError(error) && error.status === 503) throw error;
    return false;
  });
  if (known) return;
  delete session.passport;
  throw new EnrollmentError(
    'ERR_ENROLLMENT_ADMIT',
    'Passport has signed somebody in before enrollment.admit(), past the gate: give passport.authenticate() the option ' +
      "{ session: false }, or { assignProperty: 'person' }",
  );
}
