import type { Request, RequestHandler, Response } from 'express';
import { locationOf, ownPath } from '../../base/target.js';
import { proofParameter } from '../../invitations/codes/mailed-code.js';
import { configError } from '../../base/config-error.js';
import { keepEntryLink } from '../visit.js';
import { startFreshPlans } from '../fresh-plans.js';
import { sendTo } from '../headers.js';
import { splitQuery } from '../query.js';
import { setRetryAfter } from '../failure.js';
import { openAttempt } from './attempt.js';
import { type GuardParts, fieldIssues, nameIssues } from './guard-settings.js';
import { codeOfLink } from './request-fields.js';

export interface PrefillSettings {
  /** The form's field with the code, as in `requireInvite`; default `invite_code`. */
  readonly field?: string;
}

/** What the app's view gets as `invite`. */
export interface PrefilledInvite {
  /** What to put into the field; empty when no link brought a code. */
  readonly code: string;
  readonly field: string;
}

/**
 * For the route that shows the app's signup form. Seals a link's code into a cookie and redirects to the clean address,
 * so that neither the history nor a `Referer` contains it; there the view finds it in `res.locals.invite`. Also begins
 * the attempt, so that a double click creates one account. Changes nothing in any store.
 */
export function prefillInvite<User, Data>(
  parts: GuardParts<User, Data>,
  settings: PrefillSettings = {},
): RequestHandler {
  const unknown = nameIssues('prefillInvite', settings, ['field']);
  if (unknown.length > 0) throw configError(unknown);
  const { field = 'invite_code' } = settings;
  const issues = fieldIssues(field).map((issue) => `prefillInvite: ${issue}`);
  if (issues.length > 0) throw configError(issues);
  return (req, res, next) => {
    arrive(parts, field, req, res).then(
      (answered) => {
        if (!answered) next();
      },
      (error: unknown) => {
        setRetryAfter(res, error);
        next(error);
      },
    );
  };
}

/** True if the response redirects to the clean address. */
async function arrive<User, Data>(
  parts: GuardParts<User, Data>,
  field: string,
  req: Request,
  res: Response,
): Promise<boolean> {
  if (req.method !== 'GET' && req.method !== 'HEAD') return false;
  const [path = '', ...queries] = req.originalUrl.split('?');
  const split = splitQuery(parts.site, queries.join('?'), ['invite', proofParameter]);
  // Never an address that a browser could interpret as another site: `//evil.example/?invite=…`.
  const target = split === null ? null : ownPath(parts.site, split.rest === '' ? path : `${path}?${split.rest}`);
  const clean = target === null ? null : locationOf(parts.site, target);
  if (split !== null && clean !== null) {
    const jar = parts.cookies(null, req);
    if (split.link.code !== undefined) {
      await keepEntryLink(parts, req, jar, split.link);
      for (const line of startFreshPlans(parts, req)) res.append('Set-Cookie', line);
    }
    sendTo(res, clean, jar);
    return true;
  }
  openAttempt(parts, req, res);
  const code = await codeOfLink(parts, req);
  const invite: PrefilledInvite = { code: code?.reveal() ?? '', field };
  res.locals['invite'] = invite;
  // The page belongs to this browser alone, and the back button must request it again.
  if (!res.hasHeader('Cache-Control')) res.setHeader('Cache-Control', 'no-store');
  return false;
}
