import type { Redis } from 'ioredis';

/** Everything that a Redis holds, by key, but for what counts refusals and attempts: two equal texts mean that nothing has changed. */
export async function snapshot(client: Redis): Promise<string> {
  const keys = (await client.keys('*')).filter((key) => !/:limit:|\{refusals\}/.test(key)).sort();
  const held = await Promise.all(keys.map(async (key) => [key, (await client.dumpBuffer(key)).toString('hex')]));
  return JSON.stringify(held);
}

/** All plans that are stored, as text. */
export async function storedPlans(client: Redis): Promise<readonly string[]> {
  const keys = await client.keys('*:plan:*');
  return (await Promise.all(keys.map((key) => client.get(key)))).filter((text) => text !== null);
}
