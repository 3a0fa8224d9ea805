import type { Awaitable } from '../../base/awaitable.js';
import { sessionLimits } from '../limits.js';
import type { RedisConnection } from './connection.js';
import { entriesOf } from './replies.js';
import { scripts } from './scripts.js';

/** The epochs of the registry of sessions, in microseconds of Redis' clock. */
interface SessionEpochs {
  epoch(): Awaitable<number>;
  nextEpoch(): Promise<number>;
}

interface Sample {
  /** Redis' clock, and the last epoch at which sessions ended. */
  readonly time: number;
  readonly last: number;
  /** When the reply came, in milliseconds of this process' monotonic clock. */
  readonly at: number;
}

/** In milliseconds: a busy process reads the clock once a second, not once a request. */
const longestMs = 1000;
/** Microseconds of Redis' clock that certainly pass in a millisecond of this process. */
const leastPerMs = 999;

/**
 * Redis' clock is read by one key, because the servers of a cluster have clocks of their own. Between two readings this
 * process adds less than what has passed by its monotonic clock since the reply, so an epoch is never later than the one
 * that Redis would have given: evidence may seem a millisecond older than it is, never younger.
 */
export function createSessionEpochs(redis: RedisConnection, key: string): SessionEpochs {
  let sample: Sample | null = null;
  let reading: Promise<Sample> | null = null;

  async function ask(mode: 'read' | 'next'): Promise<Sample> {
    const reply = entriesOf(await redis.run(scripts.sessionEpoch, [key], [mode, sessionLimits.endedSeconds]));
    const [time = 0, last = 0] = reply.map(Number);
    return (sample = { time, last, at: performance.now() });
  }

  function read(): Promise<Sample> {
    reading ??= ask('read').finally(() => {
      reading = null;
    });
    return reading;
  }

  return Object.freeze({
    epoch() {
      if (sample !== null && performance.now() - sample.at < longestMs) return since(sample);
      return read().then(since);
    },
    async nextEpoch() {
      return (await ask('next')).last;
    },
  });
}

function since({ time, last, at }: Sample): number {
  return Math.max(last, time + Math.floor((performance.now() - at) * leastPerMs));
}
