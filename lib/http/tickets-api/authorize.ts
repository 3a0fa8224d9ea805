import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import type { ApiProblem } from './problem.js';

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

const unauthorized = (message: string): ApiProblem => ({ statusCode: 401, message, errorCode: 'invalid_token' });

/** Checks `Authorization: Bearer <key>` against all keys, in a time that depends on none of them. */
export function keyCheck(keys: readonly string[]): (req: Request) => ApiProblem | null {
  const digests = keys.map(digestOf);
  return ({ headers }) => {
    const [, sent] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
    if (sent === undefined) return unauthorized('Missing authentication');
    const digest = digestOf(sent);
    const matches = digests.map((one) => timingSafeEqual(one, digest));
    return matches.includes(true) ? null : unauthorized('Invalid token');
  };
}

/** For an app's own guard. It may go by a cookie, so a request that another site makes is refused before it. */
export function guardCheck(
  guard: (req: Request) => boolean | Promise<boolean>,
  isForeign: (req: Request) => boolean,
): (req: Request) => Promise<ApiProblem | null> {
  return async (req) => {
    if (isForeign(req))
      return { statusCode: 403, message: 'The request comes from another site', errorCode: 'foreign_origin' };
    const allowed: unknown = await guard(req);
    return allowed === true ? null : unauthorized('Invalid token');
  };
}
