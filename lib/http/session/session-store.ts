import { RedisStore } from 'connect-redis';
import type { Store } from 'express-session';
import { sessionSeconds } from './session.js';

/** connect-redis over a client that speaks its dialect; see the Redis stores. */
export function createSessionStore({ client, prefix }: { readonly client: object; readonly prefix: string }): Store {
  return new RedisStore({ client, prefix, ttl: sessionSeconds, disableTouch: true });
}
