import { parse, serialize } from 'cookie';
import type { Request } from 'express';

/**
 * `Set-Cookie` lines that delete the session's cookie; call it before the session is destroyed. Removing the session
 * from the store is not enough: until one of the cookies changes, the browser's back button restores the pages of the
 * signed-out user, even those with `no-store`.
 *
 * The cookie is found by its value (`s:<session id>.<signature>`), because only express-session knows its name.
 */
export function sessionCookieGone({ session, sessionID, headers }: Partial<Request>): readonly string[] {
  if (session === undefined || sessionID === undefined) return [];
  const { path = '/', domain, secure, sameSite, httpOnly } = session.cookie;
  return Object.entries(parse(headers?.cookie ?? ''))
    .filter(([, value]) => value?.startsWith(`s:${sessionID}.`))
    .map(([name]) =>
      serialize(name, '', {
        path,
        expires: new Date(0),
        ...(domain === undefined ? {} : { domain }),
        ...(typeof secure === 'boolean' ? { secure } : {}),
        ...(sameSite === undefined ? {} : { sameSite }),
        ...(httpOnly === undefined ? {} : { httpOnly }),
      }),
    );
}
