import { crowd } from './crowd.js';
import { reachAccountPage } from './journey.js';
import type { PrivateRedis } from './redis-process.js';
import type { ServerProcess } from './server-process.js';
import { Visitor } from './visitor.js';

/** Bytes for one visitor who is at the account page. */
export interface MemoryCost {
  readonly redisBytes: number;
  /** The heap that is still in use after a garbage collection. */
  readonly heapBytes: number;
}

const warmUps = 2000;

async function startPlans(port: number, count: number): Promise<void> {
  const visitors = Array.from({ length: count }, () => new Visitor());
  await crowd(port, visitors, reachAccountPage);
}

export async function measureMemory(server: ServerProcess, redis: PrivateRedis, plans: number): Promise<MemoryCost> {
  await startPlans(server.port, warmUps);
  const redisBefore = await redis.usedMemory();
  const before = await server.usage(true);
  await startPlans(server.port, plans);
  const after = await server.usage(true);
  return {
    redisBytes: ((await redis.usedMemory()) - redisBefore) / plans,
    heapBytes: (after.heapBytes - before.heapBytes) / plans,
  };
}
