import { type RedisConnection, isReply } from './connection.js';

/** Why a Redis may lose data, and which causes cannot be checked. */
export interface Forgetting {
  readonly reasons: readonly string[];
  readonly unknown: readonly string[];
}

/**
 * Why this Redis may lose data: an evicting `maxmemory-policy`, or no persistence. On a cluster every master is
 * checked. When CONFIG is forbidden, as on many managed servers, INFO reports the policy and the append-only file;
 * whether snapshots are enabled is then known only after the first one.
 */
export async function whyItForgets(redis: RedisConnection): Promise<Forgetting> {
  const found = await Promise.all((await redis.nodes()).map(whyNodeForgets));
  return {
    reasons: [...new Set(found.flatMap(({ reasons }) => reasons))],
    unknown: [...new Set(found.flatMap(({ unknown }) => unknown))],
  };
}

async function whyNodeForgets(node: RedisConnection): Promise<Forgetting> {
  const { policy, keeps, asked } = (await fromConfig(node)) ?? (await fromInfo(node));
  return {
    reasons: [
      ...(policy === null || policy === 'noeviction'
        ? []
        : [
            `its maxmemory-policy is '${policy}', so it may drop invitations when memory is short; set it to noeviction`,
          ]),
      ...(keeps === false
        ? ['it keeps nothing on disk, so a restart loses every invitation; switch on appendonly']
        : []),
    ],
    unknown: [
      ...(policy === null ? ['its maxmemory-policy: CONFIG and INFO memory do not tell it'] : []),
      ...(keeps === null
        ? [
            asked
              ? 'whether it keeps anything on disk: no append-only file, and no snapshot since its start'
              : 'whether it keeps anything on disk: CONFIG and INFO persistence do not tell it',
          ]
        : []),
    ],
  };
}

/** `null`: unknown. */
interface Keeping {
  readonly policy: string | null;
  readonly keeps: boolean | null;
  /** False when nothing is known about persistence. */
  readonly asked: boolean;
}

async function fromConfig(node: RedisConnection): Promise<Keeping | null> {
  const [policy, appendOnly, snapshots] = await Promise.all(
    ['maxmemory-policy', 'appendonly', 'save'].map((name) => unlessDenied(setting(node, name))),
  );
  // Some managed servers answer with an empty list instead of a denial.
  const isKnown = (value: string | null | undefined): value is string => typeof value === 'string';
  if (!isKnown(policy) || !isKnown(appendOnly) || !isKnown(snapshots)) return null;
  return { policy, keeps: !(appendOnly === 'no' && snapshots === ''), asked: true };
}

async function fromInfo(node: RedisConnection): Promise<Keeping> {
  const [memory, persistence] = await Promise.all([
    unlessDenied(node.call('INFO', 'memory')),
    unlessDenied(node.call('INFO', 'persistence')),
  ]);
  const policy = inviterChain(memory, 'maxmemory_policy');
  const appendOnly = inviterChain(persistence, 'aof_enabled');
  const keeps = appendOnly === '1' || Number(inviterChain(persistence, 'rdb_saves') ?? 0) > 0;
  return { policy, keeps: keeps ? true : null, asked: appendOnly !== null };
}

async function setting(node: RedisConnection, name: string): Promise<string | undefined> {
  const answer = await node.call('CONFIG', 'GET', name);
  const value: unknown = Array.isArray(answer) ? answer[1] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** The answer, or `null` when the command is renamed or denied. */
async function unlessDenied<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    if (isReply(error, 'ERR') || isReply(cause, 'NOPERM') || isReply(error, 'NOPERM')) return null;
    throw error;
  }
}

function inviterChain(info: unknown, name: string): string | null {
  return typeof info === 'string' ? (new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? null) : null;
}
