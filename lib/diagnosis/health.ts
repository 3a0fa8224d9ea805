import type { ProbeStatus, Probes } from './probes.js';
import type { Stores } from '../stores/stores.js';
import type { Start } from '../stores/until-ready.js';

/** The result of `health()`. A part is `up`, `down`, `unknown`, or `unused` where the app has none. */
export interface EnrollmentHealth {
  /** True when the start is done and no part is down, except for the mailer. */
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
  /** The app's own stores, of the option `stores`. */
  readonly ownStores: ProbeStatus;
  /**
   * Whether mails could be sent, by `verify` of the mailer. It does not count for `ready`: users sign in without mail.
   */
  readonly mailer: ProbeStatus;
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
    const report = await probes.report();
    const { redis, redisWrites, users, redemptions, connections, authenticators, ownStores, mailer } = report;
    const needed = [redis, redisWrites, users, redemptions, connections, authenticators, ownStores];
    const found = needed.map((one) => one.problem);
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
      ownStores: ownStores.status,
      mailer: mailer.status,
      problem: problem ?? mailer.problem,
    };
  };
}
