import type { Request } from 'express';

const longest = 200;

/** What the client says that it is, at most 200 characters; `null`: nothing. */
export function userAgentOf({ headers }: Pick<Request, 'headers'>): string | null {
  const userAgent = headers['user-agent'];
  return userAgent === undefined || userAgent === '' ? null : userAgent.slice(0, longest);
}
