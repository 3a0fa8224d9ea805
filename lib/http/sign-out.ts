import type { Request, Response } from 'express';
import { slugsWithPlans } from './flow-versions.js';
import { forgetAttempt } from './guards/attempt.js';
import { forgetSourceSignIns } from './sources/source-cookies.js';
import type { Web } from './web.js';

interface SignOutDetails {
  /** The flow that continues; default none. */
  readonly going?: string | null;
  /** True if the user only switches accounts while following a link. Default false. */
  readonly keepsEntryLink?: boolean;
}

/**
 * Signs out and clears the flows' cookies: otherwise, for two minutes, resubmitting the last form of a finished plan or
 * of a guard's attempt would sign in again. Signing out must be final. The cookie of the flow `going`, which is still
 * under way, stays.
 */
export async function signOut(
  web: Web,
  req: Request,
  res: Response,
  { going = null, keepsEntryLink = false }: SignOutDetails = {},
): Promise<void> {
  const user = await userOf(web, req);
  await web.authSession.signOut(req, res);
  for (const slug of slugsWithPlans(web)) {
    if (slug === going) continue;
    const jar = web.cookies(slug, req);
    jar.clear('plan');
    if (jar.read('link') !== undefined) jar.clear('link');
    // What was said to the user who leaves is nothing for the next one.
    if (jar.read('notice') !== undefined) jar.clear('notice');
    res.append('Set-Cookie', [...jar.lines()]);
  }
  forgetAttempt(web, req, res);
  const links = web.cookies(null, req);
  if (!keepsEntryLink && links.read('entry') !== undefined) links.clear('entry');
  if (links.read('problem') !== undefined) links.clear('problem');
  if (links.lines().length > 0) res.append('Set-Cookie', [...links.lines()]);
  forgetSourceSignIns(web, req, res);
  if (user !== null) web.context.events({ type: 'logout', user });
}

/** Only for the event: an unavailable user store does not prevent signing out. */
async function userOf(web: Web, req: Request): Promise<string | null> {
  try {
    return await web.authSession.current(req);
  } catch {
    return null;
  }
}
