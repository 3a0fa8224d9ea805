import type { Redis } from 'ioredis';

/** Makes the guards' records of forms older, because Redis's clock cannot be set. */
export async function ageForms(redis: Redis, seconds: number): Promise<void> {
  for (const key of await redis.keys('*guard:*')) {
    const left = (await redis.ttl(key)) - seconds;
    if (left > 0) await redis.expire(key, left);
    else await redis.del(key);
  }
}

/** Removes an invitation's seats from Redis, as if it had been set back; the invitation stays. */
export async function forgetSeats(redis: Redis, id: string): Promise<void> {
  const keys = await redis.keys(`*{inv:${id}}:*`);
  await redis.del(...keys.filter((key) => !/:(record|history)$/.test(key)));
}
