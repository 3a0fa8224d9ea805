import type { ProbeStatus, Probes } from './probes.js';
import type { Stores } from '../stores/stores.js';
import type { Start } from '../stores/until-ready.js';

/** What `health()` found. A part is `up`, `down`, `unknown`, or `unused` where the app has none. */
export interface EnrollmentHealth {
  /** True when the start is done and no part is down. */
  readonly ready: boolean;
  readonly stores: 'memory' | 'redis';
  readonly redis: ProbeStatus;
  /** Whether Redis takes writes: a replica, a full one, or one without its replicas answers and takes none. */
  readonly redisWrites: ProbeStatus;
  /** The app's user store. */
  readonly users: ProbeStatus;
  /** The tables of redemptions and of connections. */
  readonly redemptions: ProbeStatus;
  readonly connections: ProbeStatus;
  /** What is wrong, with the deepest cause and the remedy, for operators. */
  readonly problem: string | null;
}

/** Asks every part now, and the start what it still waits for. */
export function createHealth(parts: {
  readonly stores: Pick<Stores, 'kind'>;
  readonly probes: Pick<Probes, 'report'>;
  readonly started: Pick<Start, 'problem'>;
}): () => Promise<EnrollmentHealth> {
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
