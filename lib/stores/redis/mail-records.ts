import type { MailRecords } from '../../ports/mail-records.js';
import { mailLimits } from '../limits.js';
import { isEnded, mailRecordOf, mailRecordText } from '../mail-record.js';
import type { RedisConnection } from './connection.js';
import type { RedisKeys } from './keys.js';
import { entriesOf } from './replies.js';
import { scripts } from './scripts.js';

interface RedisMailRecordsParts {
  readonly redis: RedisConnection;
  readonly keys: RedisKeys;
  /** Added to Redis' own time, in milliseconds; 0 except in tests. */
  readonly skewMs?: () => number;
  readonly most?: number;
}

/** What became of mails, in Redis: one script and one round trip per function, all keys in one slot. */
export function createRedisMailRecords({
  redis,
  keys: { mails: at },
  skewMs = () => 0,
  most = mailLimits.most,
}: RedisMailRecordsParts): MailRecords {
  return Object.freeze<MailRecords>({
    async create(record) {
      const made = await redis.run(
        scripts.createMail,
        [at.records, at.order, at.ended, at.sequence],
        [record.key, mailRecordText(record), mailLimits.keptMs, most, skewMs()],
      );
      return made === 1;
    },

    async replace(record) {
      const { key, revision, state } = record;
      const replaced = await redis.run(
        scripts.replaceMail,
        [at.records, at.ended],
        [key, revision - 1, mailRecordText(record), isEnded(state) ? 1 : 0, skewMs()],
      );
      return replaced === 1;
    },

    async read(wanted) {
      if (wanted.length === 0) return [];
      return entriesOf(await redis.call('HMGET', at.records, ...wanted)).map(mailRecordOf);
    },

    async list({ before, limit }) {
      const below = before === null ? '+inf' : `(${String(before)}`;
      const listed = entriesOf(await redis.run(scripts.listMails, [at.order, at.records], [below, limit]));
      return listed.flatMap((place, index) => {
        const record = index % 2 === 0 ? mailRecordOf(listed[index + 1]) : null;
        return record === null ? [] : [{ place: Number(place), record }];
      });
    },
  });
}
