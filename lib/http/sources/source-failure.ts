import type { Request, Response } from 'express';
import { randomReference } from '../../base/ids.js';
import { message } from '../../base/message.js';
import { flowTarget, type RedirectTarget } from '../../base/target.js';
import { refusal } from '../../executor/reply.js';
import type { StageLink } from '../../flow/stage.js';
import type { SourceFailure } from '../../ports/source.js';
import { flowPath, linkTo, signInTargets, sourceLoginPath } from '../links.js';
import { sendRefusal } from '../send-reply.js';
import type { Web } from '../web.js';
import type { Resume } from './source-cookies.js';

/**
 * Reports a failed sign-in at a provider: a sentence and a link back for the visitor, the reason for the log, and a
 * reference in both.
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
  const reply = refusal(status, [said], {
    reason: status === 403 ? 'source_failed' : null,
    reference,
    links: returnLinks(web, slug, { resume, again: retryable }),
    retryAfterSeconds: status === 503 ? 5 : null,
  });
  sendRefusal(web, req, res, reply);
}

/** Answers 429: this client has begun too many sign-ins without success. */
export function writeTooMany(web: Web, req: Request, res: Response): void {
  sendRefusal(web, req, res, refusal(429, [message('source.too_many')], { retryAfterSeconds: 600 }));
}

/** Links on a page that reports a failed sign-in: the same source `again`, and back to where the visitor was. */
export function returnLinks(
  web: Web,
  slug: string,
  { resume: { next, plan }, again }: { readonly resume: Resume; readonly again: boolean },
): readonly StageLink[] {
  const begun = plan !== null && web.flows.has(plan.flow) ? plan.flow : null;
  const repeats = again && web.sources?.get(slug)?.hasButton === true;
  const path = begun === null ? sourceLoginPath(web, slug, next) : `${flowPath(web, begun)}source/${slug}/`;
  return [
    ...(repeats ? [{ to: { path }, label: message('link.try_again') }] : []),
    ...(begun === null ? [] : [{ to: flowTarget(begun), label: message('link.go_back') }]),
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
