import type { EnrollmentClock } from '../../base/clock.js';
import type { MailRecord, MailRecords } from '../../ports/mail-records.js';
import { mailLimits } from '../limits.js';
import { isEnded } from '../mail-record.js';

interface Kept {
  readonly place: number;
  readonly record: MailRecord;
}

/** What became of mails, in this process's memory. */
export function createMemoryMailRecords({
  clock,
  most = mailLimits.most,
}: {
  readonly clock: EnrollmentClock;
  readonly most?: number;
}): MailRecords {
  const kept = new Map<string, Kept>();
  /** Keys of mails that ended and when, the first one first. */
  const ended = new Map<string, number>();
  let last = 0;

  function forget(): void {
    const since = clock.now() - mailLimits.keptMs;
    for (const [key, at] of ended) {
      if (at > since && ended.size <= most) return;
      ended.delete(key);
      kept.delete(key);
    }
  }

  return Object.freeze<MailRecords>({
    async create(record) {
      const present = kept.get(record.key);
      if (present !== undefined) return present.record.token === record.token;
      forget();
      last += 1;
      kept.set(record.key, { place: last, record });
      return true;
    },
    async replace(record) {
      const present = kept.get(record.key);
      if (present === undefined) return false;
      if (present.record.token === record.token) return true;
      if (present.record.revision !== record.revision - 1) return false;
      kept.set(record.key, { place: present.place, record });
      ended.delete(record.key);
      if (isEnded(record.state)) ended.set(record.key, clock.now());
      return true;
    },
    read: async (keys) => keys.map((key) => kept.get(key)?.record ?? null),
    async list({ before, limit }) {
      const all = [...kept.values()].reverse();
      return all.filter(({ place }) => before === null || place < before).slice(0, limit);
    },
  });
}
