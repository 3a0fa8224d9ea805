import type { EnrollmentClock } from '../../base/clock.js';
import type { RedisConnection } from './connection.js';
import { entriesOf } from './replies.js';

/**
 * By how many milliseconds Redis' clock is ahead of this process's clock; half of the round-trip time is subtracted.
 */
export async function clockAheadMs(redis: RedisConnection, clock: EnrollmentClock): Promise<number> {
  const asked = clock.now();
  const [seconds, microseconds] = entriesOf(await redis.call('TIME')).map(Number);
  const answered = clock.now();
  return Math.round((seconds ?? 0) * 1000 + (microseconds ?? 0) / 1000 - (asked + answered) / 2);
}
