import { Redis } from 'ioredis';
import { randomToken } from '../lib/base/ids.js';
import type { PlanStore } from '../lib/ports/plan-store.js';
import { createConnection } from '../lib/stores/redis/connection.js';
import { createKeys } from '../lib/stores/redis/keys.js';
import { createRedisPlanStore } from '../lib/stores/redis/plan-store.js';
import type { PrivateRedis } from './redis-process.js';

const batch = 200;
// As long as the stored plan of an invite signup whose code was accepted.
const text = JSON.stringify({ v: 1, flow: 'invite', context: 'x'.repeat(360) });

type Latency = (rounds: number, work: (round: number) => Promise<unknown>) => Promise<string>;

/** The memory that a plan store uses for so many active plans: one row for each size. */
export async function measurePlans(
  redis: PrivateRedis,
  sizes: readonly number[],
  rounds: number,
  latency: Latency,
): Promise<string[][]> {
  const client = new Redis(redis.port, '127.0.0.1');
  const plans = createRedisPlanStore({ redis: createConnection(client), keys: createKeys('bench:') });
  const rows: string[][] = [];
  let there = 0;
  let ids: string[] = [];
  try {
    for (const size of sizes) {
      for (; there < size; there += ids.length) ids = await begin(plans, Math.min(batch, size - there));
      const idAt = (round: number): string => ids[round % ids.length] ?? '';
      rows.push([
        size.toLocaleString('en'),
        await latency(rounds, (round) => plans.load(idAt(round))),
        await latency(rounds, async () => plans.create(randomToken(16), text, 60)),
        await latency(rounds, (round) => plans.replace(idAt(round), Math.floor(round / ids.length) + 1, text, 3600)),
        `${Math.round((await redis.usedMemory()) / 1_000_000)} MB`,
      ]);
    }
    return rows;
  } finally {
    client.disconnect();
  }
}

async function begin(plans: PlanStore, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomToken(16));
  await Promise.all(ids.map((id) => plans.create(id, text, 3600)));
  return ids;
}
