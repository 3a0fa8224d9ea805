import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { MailState } from '../../lib/ports/mail-queue.js';
import type { MailRecord, MailRecords } from '../../lib/ports/mail-records.js';
import { summarizeMails } from '../../lib/diagnosis/summarize-mails.js';

const now = Date.UTC(2026, 0, 2);
const minute = 60_000;

function record(at: number, state: MailState, minutesAgo: number, more: Partial<MailRecord> = {}): MailRecord {
  return {
    ...{
      id: `mail:${String(at)}`,
      key: String(at),
      kind: 'recovery',
      about: null,
      tenant: null,
      inviter: null,
      hint: '',
    },
    ...{ recipient: null, revision: 1, token: '', state, attempts: 1, failure: null },
    ...{ queuedAt: now - minutesAgo * minute - 1, changedAt: now - minutesAgo * minute },
    ...more,
  };
}

/** As a store lists them, the newest first. */
const listing = (records: readonly MailRecord[]): Pick<MailRecords, 'list'> => ({
  list: async ({ before, limit }) =>
    records
      .map((one, at) => ({ place: records.length - at, record: one }))
      .filter(({ place }) => before === null || place < before)
      .slice(0, limit),
});

describe('the summary of mails', () => {
  it('counts failed, unknown and repeated ones, and has the latest of each', async () => {
    const failure = { response: '451 later', permanent: false };
    const found = await summarizeMails(
      listing([
        record(1, 'sent', 1),
        record(2, 'failed', 30),
        record(3, 'failed', 10),
        record(4, 'unknown', 50),
        record(5, 'queued', 2, { failure }),
      ]),
      now,
    );
    assert.deepEqual(
      [found.looked, found.more, found.failed.count, found.unknown.count, found.retried.count, found.stuck.count],
      [5, false, 2, 1, 1, 0],
    );
    assert.deepEqual(
      [found.failed.latest?.id, found.retried.latest?.failure, found.stuck.since],
      ['mail:3', failure, null],
    );
  });

  it('calls stuck what no process works on: new ones after minutes, repeated ones after their longest wait', async () => {
    const stuckOf = async (...records: MailRecord[]) => (await summarizeMails(listing(records), now)).stuck.count;
    assert.equal(await stuckOf(record(1, 'queued', 4, { attempts: 0 })), 0);
    assert.equal(await stuckOf(record(1, 'queued', 6, { attempts: 0 })), 1);
    assert.equal(await stuckOf(record(1, 'queued', 170, { attempts: 3 })), 0);
    assert.equal(await stuckOf(record(1, 'queued', 190, { attempts: 3 })), 1);
    assert.equal(await stuckOf(record(1, 'sending', 9)), 0);
    assert.equal(await stuckOf(record(1, 'sending', 11)), 1);
    assert.equal(await stuckOf(record(1, 'failed', 999), record(2, 'sent', 999)), 0);
  });

  it('looks at the newest 5,000, and says that there are more', async () => {
    const many = Array.from({ length: 5201 }, (_, at) => record(at, 'failed', at));
    const { looked, more, failed } = await summarizeMails(listing(many), now);
    assert.deepEqual([looked, more, failed.count], [5000, true, 5000]);
  });
});
