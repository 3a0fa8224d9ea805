import { isJsonObject } from '../../base/json.js';
import type { InvitationStore, InvitationSeat } from '../../ports/invitation-store.js';
import type { RedisConnection } from './connection.js';
import type { RedisKeys } from './keys.js';
import { entriesOf } from './replies.js';

/** The users of an invitation's seats, a page at a time. */
export function createSeatLists({
  redis,
  keys,
}: {
  readonly redis: RedisConnection;
  readonly keys: RedisKeys;
}): Pick<InvitationStore, 'seats'> {
  return {
    async seats(id, { limit, after = '0' }) {
      const { seats: key, open } = keys.invitation(id);
      const [cursor, listed] = entriesOf(await redis.call('HSCAN', key, after, 'COUNT', limit));
      const texts = entriesOf(listed).map(String);
      const numbers = texts.filter((_, at) => at % 2 === 0);
      const ends = numbers.length === 0 ? [] : entriesOf(await redis.call('ZMSCORE', open, ...numbers));
      const seats = numbers.flatMap((seat, at) => seatOf(seat, texts[at * 2 + 1] ?? '', ends[at]) ?? []);
      return { seats, next: String(cursor) === '0' ? null : String(cursor) };
    },
  };
}

function seatOf(seat: string, json: string, ends: unknown): InvitationSeat | null {
  const value: unknown = JSON.parse(json);
  if (!isJsonObject(value) || typeof value['plan'] !== 'string') return null;
  const { plan, user, hold, writing, at } = value;
  if (typeof user === 'string') return { seat, type: 'redeemed', plan, user, at: typeof at === 'number' ? at : null };
  const type = typeof hold === 'number' && writing !== true ? 'held' : 'claimed';
  return { seat, type, plan, user: null, at: ends === null ? null : Number(ends) };
}
