import type { Redis } from 'ioredis';

declare module 'express-session' {
  interface SessionData {
    benchAccount?: string;
    csrf?: string;
    /** The key of the code that was accepted. */
    codeKey?: string;
  }
}

/** connect-redis expects node-redis; this adapter implements on ioredis what a session needs. */
export function storeClient(redis: Redis): object {
  return {
    get: (key: string) => redis.get(key),
    set: (key: string, value: string, { expiration }: { expiration: { value: number } }) =>
      redis.set(key, value, 'EX', expiration.value),
    expire: (key: string, seconds: number) => redis.expire(key, seconds),
    del: (keys: string[]) => redis.del(keys),
  };
}
