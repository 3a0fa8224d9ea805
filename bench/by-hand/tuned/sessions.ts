import { promisify } from 'node:util';
import { RedisStore } from 'connect-redis';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import session from 'express-session';
import type { Redis } from 'ioredis';

const ttlSeconds = 86_400;
const cookieName = 'sid';

declare module 'express-session' {
  interface SessionData {
    benchAccount?: string;
  }
}

/** connect-redis expects node-redis; this adapter implements on ioredis what a session needs. */
function storeClient(redis: Redis): object {
  return {
    get: (key: string) => redis.getex(key, 'EX', ttlSeconds),
    set: (key: string, value: string, { expiration }: { expiration: { value: number } }) =>
      redis.set(key, value, 'EX', expiration.value),
    del: (keys: string[]) => redis.del(keys),
  };
}

export function sessions(redis: Redis, secret: string): RequestHandler {
  return session({
    name: cookieName,
    secret,
    // Reading renews the session (GETEX), so no separate touch is needed.
    store: new RedisStore({ client: storeClient(redis), prefix: 'sess:', ttl: ttlSeconds, disableTouch: true }),
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax' },
  });
}

/** Starts a session for this account. The middleware is not mounted during signup, so only a sign-in pays for it. */
export async function signIn(mounted: RequestHandler, req: Request, res: Response, accountId: string): Promise<void> {
  const broughtOne = (req.headers.cookie ?? '').includes(`${cookieName}=`);
  await promisify((done: NextFunction) => mounted(req, res, done))();
  // A session id made in this request is unknown to others; only one that the request sent must be replaced.
  if (broughtOne) await promisify((done: (error: unknown) => void) => req.session.regenerate(done))();
  req.session.benchAccount = accountId;
}
