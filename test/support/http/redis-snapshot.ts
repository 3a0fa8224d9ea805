import type { Redis } from 'ioredis';

/**
 * Everything in a Redis, by key, except the counters of refusals and attempts and the clock of sessions: two equal texts
 * mean that nothing has changed.
 */
export async function snapshot(client: Redis): Promise<string> {
  const keys = (await client.keys('*')).filter((key) => !/:limit:|\{refusals\}|:session-epoch$/.test(key)).sort();
  const held = await Promise.all(keys.map(async (key) => [key, (await client.dumpBuffer(key)).toString('hex')]));
  return JSON.stringify(held);
}

/** All stored plans, as text. */
export async function storedPlans(client: Redis): Promise<readonly string[]> {
  const keys = await client.keys('*:plan:*');
  return (await Promise.all(keys.map((key) => client.get(key)))).filter((text) => text !== null);
}
