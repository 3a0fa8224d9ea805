import type { Redis } from 'ioredis';
import type { Visit } from './visit.js';

const ttlSeconds = 3600;

/** What is remembered between the two pages: the code that was accepted. */
export interface Plan {
  readonly codeKey: string;
  readonly at: number;
}

export type Plans = ReturnType<typeof plans>;

export function plans(redis: Redis) {
  const keyOf = (visit: Visit): string => `plan:${visit}`;
  return {
    keyOf,
    async load(visit: Visit): Promise<Plan | null> {
      const text = await redis.getex(keyOf(visit), 'EX', ttlSeconds);
      return text === null ? null : (JSON.parse(text) as Plan);
    },
    async save(visit: Visit, plan: Plan): Promise<void> {
      await redis.set(keyOf(visit), JSON.stringify(plan), 'EX', ttlSeconds);
    },
  };
}
