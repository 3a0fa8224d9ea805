import { createTokens } from '../../base/ids.js';
import type { TicketLists } from '../tickets/ticket-store.js';
import type { RedisConnection } from './connection.js';
import type { RedisKeys } from './keys.js';
import { entriesOf } from './replies.js';
import { scripts } from './scripts.js';
import { ticketListOf, ticketListText } from './ticket-codec.js';

interface RedisTicketListsParts {
  readonly redis: RedisConnection;
  readonly keys: RedisKeys;
  /** Added to Redis' own time, in milliseconds; 0 except in tests. */
  readonly skewMs?: () => number;
}

/** The tickets in Redis: one key for each subject. Redis' clock decides. */
export function createRedisTicketLists({ redis, keys, skewMs = () => 0 }: RedisTicketListsParts): TicketLists {
  const callToken = createTokens(9);
  return Object.freeze<TicketLists>({
    async read(subject) {
      const [revision, text, now] = entriesOf(
        await redis.run(scripts.readTickets, [keys.tickets(subject)], [skewMs()]),
      );
      return { revision: Number(revision), list: ticketListOf(String(text)), now: Number(now) };
    },
    async replace(subject, revision, list, expires) {
      const args = [revision, ticketListText(list), expires, skewMs(), callToken()];
      return (await redis.run(scripts.replaceTickets, [keys.tickets(subject)], args)) === 1;
    },
    async remove(subject) {
      await redis.call('DEL', keys.tickets(subject));
    },
  });
}
