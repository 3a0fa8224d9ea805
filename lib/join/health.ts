import type { Health } from '../enrollment.js';
import type { Stores } from '../stores/stores.js';
import type { Start } from '../stores/until-ready.js';
import type { Probes } from './probes.js';

/** Asks every part now, and the start what it still waits for. */
export function createHealth(parts: {
  readonly stores: Pick<Stores, 'kind'>;
  readonly probes: Pick<Probes, 'report'>;
  readonly started: Pick<Start, 'problem'>;
}): () => Promise<Health> {
  const { stores, probes, started } = parts;
  return async () => {
    const { redis, redisWrites, users, redemptions, connections } = await probes.report();
    const found = [redis, redisWrites, users, redemptions, connections].map(({ problem }) => problem);
    const problem = found.find((one) => one !== null) ?? started.problem();
    return {
      ready: problem === null,
      stores: stores.kind,
      redis: redis.status,
      redisWrites: redisWrites.status,
      users: users.status,
      redemptions: redemptions.status,
      connections: connections.status,
      problem,
    };
  };
}
