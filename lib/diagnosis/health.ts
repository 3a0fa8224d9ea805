import type { ProbeStatus, Probes } from './probes.js';
import type { Stores } from '../stores/stores.js';
import type { Start } from '../stores/until-ready.js';

/** The result of `health()`. A part is `up`, `down`, `unknown`, or `unused` where the app has none. */
export interface EnrollmentHealth {
  /** True when the start is done and no part is down. */
  readonly ready: boolean;
  readonly stores: 'memory' | 'redis';
  readonly redis: ProbeStatus;
  /**
   * Whether Redis accepts writes: a replica, a full server, or one without its replicas responds but rejects writes.
   */
  readonly redisWrites: ProbeStatus;
  /** The app's user store. */
  readonly users: ProbeStatus;
  /** The tables of redemptions, of connections and of authenticators. */
  readonly redemptions: ProbeStatus;
  readonly connections: ProbeStatus;
  readonly authenticators: ProbeStatus;
  /** The fault, with the deepest cause and the remedy, for operators. */
  readonly problem: string | null;
}

/** Probes every part now, and reports what the start still waits for. */
export function createHealth(parts: {
  readonly stores: Pick<Stores, 'kind'>;
  readonly probes: Pick<Probes, 'report'>;
  readonly started: Pick<Start, 'problem'>;
}): () => Promise<EnrollmentHealth> {
  const { stores, probes, started } = parts;
  return async () => {
    const { redis, redisWrites, users, redemptions, connections, authenticators } = await probes.report();
    const found = [redis, redisWrites, users, redemptions, connections, authenticators].map(({ problem }) => problem);
    const problem = found.find((one) => one !== null) ?? started.problem();
    return {
      ready: problem === null,
      stores: stores.kind,
      redis: redis.status,
      redisWrites: redisWrites.status,
      users: users.status,
      redemptions: redemptions.status,
      connections: connections.status,
      authenticators: authenticators.status,
      problem,
    };
  };
}
