import type { RedisConnection } from './connection.js';
import { isReply } from './connection.js';

/**
 * Why this Redis may lose what it was given: an evicting `maxmemory-policy`, or nothing kept on disk. Of a cluster every
 * master is asked. Empty when it keeps everything, and when it does not let us ask (managed servers often forbid CONFIG).
 */
export async function whyItForgets(redis: RedisConnection): Promise<readonly string[]> {
  try {
    const reasons = await Promise.all((await redis.nodes()).map(whyNodeForgets));
    return [...new Set(reasons.flat())];
  } catch (error) {
    if (isReply(error, 'ERR') || isReply(cause(error), 'NOPERM') || isReply(error, 'NOPERM')) return [];
    throw error;
  }
}

async function whyNodeForgets(node: RedisConnection): Promise<readonly string[]> {
  const [policy, appendOnly, snapshots] = await Promise.all(
    ['maxmemory-policy', 'appendonly', 'save'].map((name) => setting(node, name)),
  );
  return [
    ...(policy === undefined || policy === 'noeviction'
      ? []
      : [`its maxmemory-policy is '${policy}', so it may drop invitations when memory is short; set it to noeviction`]),
    ...(appendOnly === 'no' && snapshots === ''
      ? ['it keeps nothing on disk, so a restart loses every invitation; switch on appendonly']
      : []),
  ];
}

async function setting(redis: RedisConnection, name: string): Promise<string | undefined> {
  const answer = await redis.call('CONFIG', 'GET', name);
  const value: unknown = Array.isArray(answer) ? answer[1] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function cause(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}
