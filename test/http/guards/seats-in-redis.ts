import type { Redis } from 'ioredis';

/** Makes every redeemed place in Redis older, for Redis cannot be given another clock. */
export async function ageSeats(redis: Redis, seconds: number): Promise<void> {
  for (const key of await redis.keys('*:places')) {
    for (const [place, text] of Object.entries(await redis.hgetall(key))) {
      const seat = JSON.parse(text) as { readonly at?: number };
      if (seat.at !== undefined)
        await redis.hset(key, place, JSON.stringify({ ...seat, at: seat.at - seconds * 1000 }));
    }
  }
}

/** Takes an invitation's places out of Redis, as if it had been set back; the invitation stays. */
export async function forgetSeats(redis: Redis, id: string): Promise<void> {
  const keys = await redis.keys(`*{inv:${id}}:*`);
  await redis.del(...keys.filter((key) => !/:(record|ledger)$/.test(key)));
}
