import type { EnrollmentClock } from '../../base/clock.js';
import type { AppRegistry, RegisteredApp } from '../../ports/app-registry.js';
import type { RedisConnection } from './connection.js';
import { entriesOf } from './replies.js';

const day = 24 * 60 * 60 * 1000;

/** A sorted set of `<key id> <base URL>`, by the time of the last registration. */
export function createRedisAppRegistry(parts: {
  readonly redis: RedisConnection;
  readonly key: string;
  readonly clock: EnrollmentClock;
}): AppRegistry {
  const { redis, key, clock } = parts;
  return Object.freeze<AppRegistry>({
    async register({ baseUrl, keyId }) {
      await redis.call('ZADD', key, clock.now(), `${keyId} ${baseUrl}`);
      await redis.call('ZREMRANGEBYSCORE', key, '-inf', clock.now() - day);
      await redis.call('EXPIRE', key, day / 1000);
    },
    async recent() {
      const members = entriesOf(await redis.call('ZRANGEBYSCORE', key, clock.now() - day, '+inf')).map(String);
      return members.map((member): RegisteredApp => {
        const [keyId = '', baseUrl = ''] = member.split(' ');
        return { baseUrl, keyId };
      });
    },
  });
}
