import { deepestCause } from '../../base/deepest-cause.js';
import { faultKind } from '../../base/fault-kind.js';
import type { EnrollmentLogger } from '../../ports/log.js';
import type { IoRedis } from './client.js';

/** The last error of a client's connection: why its commands fail, e.g. an untrusted certificate. */
export interface ConnectionErrors {
  /** `null` while the connection is ready. */
  last(): Error | null;
  stop(): void;
}

/** Listens for a client's errors, and logs each new cause once. */
export function watchConnectionErrors(client: IoRedis, log: EnrollmentLogger): ConnectionErrors {
  let last: Error | null = null;
  let logged = '';
  const onError = (error: Error): void => {
    last = error;
    const cause = deepestCause(error);
    if (cause !== logged)
      log[faultKind(error) === 'outage' ? 'warn' : 'error']({ err: error }, `Redis is away: ${cause}`);
    logged = cause;
  };
  const onReady = (): void => {
    last = null;
    if (logged !== '') log.info({}, 'Redis is back');
    logged = '';
  };
  client.on?.('error', onError);
  client.on?.('ready', onReady);
  return Object.freeze<ConnectionErrors>({
    last: () => last,
    stop() {
      client.off?.('error', onError);
      client.off?.('ready', onReady);
    },
  });
}
