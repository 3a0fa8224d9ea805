import type { Request, Response } from 'express';
import { randomReference } from '../../base/ids.js';
import { message } from '../../base/message.js';
import { flowTarget, type RedirectTarget } from '../../base/target.js';
import { refusal } from '../../executor/reply.js';
import type { Flow } from '../../flow/flow.js';
import type { StageLink } from '../../flow/stage.js';
import type { SourceFailure } from '../../ports/source.js';
import { failureReply } from '../failure.js';
import { flowPath, linkTo, signInTargets, sourceInFlowPath, sourceLoginPath } from '../links.js';
import { sendRefusal } from '../send-reply.js';
import type { Web } from '../web.js';
import type { Resume } from './source-cookies.js';

/**
 * Reports a failed sign-in at a provider: a sentence and ways on for the visitor, the reason for the log, and a
 * reference in both.
 */
export async function writeFailure(
  web: Web,
  slug: string,
  failure: SourceFailure,
  { req, res, resume }: { readonly req: Request; readonly res: Response; readonly resume: Resume },
): Promise<void> {
  const { status, message: said, reason, detail, retryable } = failure;
  const reference = randomReference();
  const level = status === 503 && !retryable ? 'error' : 'warn';
  web.log[level]({ source: slug, reason, detail, reference }, 'a sign-in at a provider failed');
  web.context.events({ type: 'source.failed', source: slug, reason, reference });
  const isSignedIn = await hasUser(web, req);
  const reply = refusal(status, [said], {
    reason: status === 403 && !isSignedIn ? 'source_failed' : null,
    reference,
    links: [
      ...returnLinks(web, slug, { resume, again: retryable }),
      ...(isSignedIn || begunFlow(web, resume) !== null ? [] : otherLinks(web, slug, { resume, again: retryable })),
    ],
    retryAfterSeconds: status === 503 ? 5 : null,
  });
  return sendRefusal(web, req, res, reply, { pageFlow: begunFlow(web, resume) });
}

/** Answers an error that occurred after a source's answer was accepted. */
export function sendError(
  web: Web,
  slug: string,
  error: unknown,
  { req, res, resume }: { readonly req: Request; readonly res: Response; readonly resume: Resume },
): Promise<void> {
  const links = returnLinks(web, slug, { resume, again: true });
  return sendRefusal(web, req, res, { ...failureReply(web, null, error), links }, { pageFlow: begunFlow(web, resume) });
}

/** Answers 429: this client has begun too many sign-ins without success. */
export function writeTooMany(web: Web, resume: Resume, req: Request, res: Response): Promise<void> {
  const pageFlow = begunFlow(web, resume);
  const links = pageFlow === null ? [] : [{ to: flowTarget(pageFlow.slug), label: message('link.go_back') }];
  return sendRefusal(web, req, res, refusal(429, [message('source.too_many')], { retryAfterSeconds: 600, links }), {
    pageFlow,
  });
}

/** A visitor who cannot be found gets the same answer to a failure that signing in may follow. */
async function hasUser(web: Web, req: Request): Promise<boolean> {
  try {
    return (await web.authSession.current(req)) !== null;
  } catch {
    return false;
  }
}

/** For a visitor who came from no page of the kit. Where the same source may work, no other one is in its way. */
function otherLinks(
  web: Web,
  slug: string,
  { resume: { next }, again }: { readonly resume: Resume; readonly again: boolean },
): readonly StageLink[] {
  return signInLinksOf(web, slug, next).filter(({ source }) => !again || source === undefined);
}

/** The flow in which a sign-in began, or from whose page; `null`: outside of flows. */
export function begunFlow(web: Pick<Web, 'flows' | 'site'>, { plan, from, next }: Resume): Flow | null {
  const slug = plan?.flow ?? from;
  if (slug !== null) return web.flows.get(slug) ?? null;
  const path = next !== null && 'path' in next ? next.path : null;
  return [...web.flows.values()].find((flow) => flowPath(web, flow.slug) === path) ?? null;
}

/** Links on a page that reports a failed sign-in: the same source `again`, and back to where the visitor was. */
export function returnLinks(
  web: Web,
  slug: string,
  { resume, again, other = false }: { readonly resume: Resume; readonly again: boolean; readonly other?: boolean },
): readonly StageLink[] {
  const begun = begunFlow(web, resume);
  const repeats = again && web.sources?.get(slug)?.hasButton === true;
  const isBegunThere = resume.plan !== null || resume.from !== null;
  const path =
    begun === null || !isBegunThere
      ? sourceLoginPath(web, slug, resume.next)
      : `${sourceInFlowPath(web, begun, slug, resume.plan?.step !== undefined && resume.plan.step !== null)}${other ? 'other/' : ''}`;
  return [
    ...(repeats ? [{ to: { path }, label: message(other ? 'source.other_account' : 'link.try_again') }] : []),
    ...(begun === null ? [] : [{ to: flowTarget(begun.slug), label: message('link.go_back') }]),
  ];
}

/** For a signed-in user who has to sign out first, if a flow does that: the source follows. */
export function signOutLinks(web: Web, slug: string, { next }: Resume): readonly StageLink[] {
  const to = web.defaultFlows.target('invalidation');
  if (to === null) return [];
  const source = web.sources?.get(slug) ?? null;
  if (source?.hasButton !== true) return [{ to, label: message('link.sign_out') }];
  const label = message('link.sign_out_continue', { source: source.name });
  return [{ to: { path: linkTo(web, to, { path: sourceLoginPath(web, slug, next) }) }, label }];
}

/**
 * For users with an account who have to sign in to it other than by the source `slug`; then they continue to `next`.
 */
export function signInLinksOf(web: Web, slug: string, next: RedirectTarget | null): readonly StageLink[] {
  const others = (web.sources?.all ?? []).filter((source) => source.slug !== slug && source.hasButton);
  return [
    ...signInTargets(web).map((to) => ({
      to: { path: linkTo(web, to, next ?? undefined) },
      label: message('link.sign_in'),
    })),
    ...others.map((source) => ({
      to: { path: sourceLoginPath(web, source.slug, next) },
      label: message('source.continue', { source: source.name }),
      source: source.slug,
    })),
  ];
}
