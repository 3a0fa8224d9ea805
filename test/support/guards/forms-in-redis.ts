import type { Redis } from 'ioredis';

/** Makes what guards noted of forms older, for Redis cannot be given another clock. */
export async function ageForms(redis: Redis, seconds: number): Promise<void> {
  for (const key of await redis.keys('*guard:*')) {
    const left = (await redis.ttl(key)) - seconds;
    if (left > 0) await redis.expire(key, left);
    else await redis.del(key);
  }
}

/** Takes an invitation's places out of Redis, as if it had been set back; the invitation stays. */
export async function forgetSeats(redis: Redis, id: string): Promise<void> {
  const keys = await redis.keys(`*{inv:${id}}:*`);
  await redis.del(...keys.filter((key) => !/:(record|history)$/.test(key)));
}
