import type { Awaitable } from '../../base/awaitable.js';
import { sessionLimits } from '../limits.js';
import type { RedisConnection } from './connection.js';
import { scripts } from './scripts.js';

/** The epochs of the registry of sessions, in microseconds of Redis' clock. */
interface SessionEpochs {
  epoch(): Awaitable<number>;
  nextEpoch(): Promise<number>;
}

interface Sample {
  readonly epoch: number;
  /** When the reply came, in milliseconds of this process' monotonic clock. */
  readonly at: number;
}

/** In milliseconds: a busy process reads the epoch once a second, not once a request. */
const longestMs = 1000;
/** Microseconds of Redis' clock that certainly pass in a millisecond of this process. */
const leastPerMs = 999;

/**
 * The epoch is kept under one key, because the servers of a cluster have clocks of their own, and each reading raises
 * it: it goes on where Redis' clock is set back, by a failover for example. Between two readings this process adds less
 * than what has passed by its monotonic clock since the reply, so an epoch is never later than the one that Redis would
 * have given: evidence may seem a millisecond older than it is, never younger. Each command tells what this process has
 * come to, so that an end comes after evidence from between two readings too.
 */
export function createSessionEpochs(redis: RedisConnection, key: string): SessionEpochs {
  let sample: Sample | null = null;
  let reading: Promise<number> | null = null;

  async function ask(mode: 'read' | 'next'): Promise<number> {
    const least = present();
    // A process that has read no epoch cannot tell what others give, only how much more than the stored one at most.
    const ahead = mode === 'next' && sample === null ? longestMs * 1000 : 0;
    const args = [mode, least, ahead, sessionLimits.endedSeconds];
    const epoch = Number(await redis.run(scripts.sessionEpoch, [key], args));
    sample = { epoch: Math.max(epoch, present()), at: performance.now() };
    return epoch;
  }

  /** 0: none was read yet. */
  function present(): number {
    return sample === null ? 0 : sample.epoch + Math.floor((performance.now() - sample.at) * leastPerMs);
  }

  function read(): Promise<number> {
    reading ??= ask('read').finally(() => {
      reading = null;
    });
    return reading;
  }

  return Object.freeze({
    epoch() {
      return sample !== null && performance.now() - sample.at < longestMs ? present() : read();
    },
    nextEpoch: () => ask('next'),
  });
}
