import assert from 'node:assert/strict';
import { randomId } from '../../base/ids.js';
import type { MailRecord, MailRecords } from '../../ports/mail-records.js';
import type { ContractCase } from './contract.js';

interface MailRecordsUnderTest {
  /** Empty at first. Keeps at most 5 records of mails that ended. */
  readonly records: MailRecords;
  /** Advances the store's time. */
  advance(milliseconds: number): Promise<void>;
  close?(): Promise<void>;
}

const day = 24 * 60 * 60 * 1000;

/** The kit's requirements for the store of what became of mails. */
export function mailRecordsContract(open: () => Promise<MailRecordsUnderTest>): readonly ContractCase[] {
  const sample = (more: Partial<MailRecord> = {}): MailRecord => ({
    id: `ticket:${randomId()}:1`,
    key: randomId(),
    kind: 'ticket_invite',
    about: { type: 'ticket', id: 'Ünï-字🐎 "x"' },
    tenant: null,
    inviter: 'ann',
    hint: 'b***@example.com',
    recipient: 'a-keyed-digest',
    state: 'queued',
    attempts: 0,
    queuedAt: 1_767_323_045_678,
    changedAt: 1_767_323_045_678,
    failure: null,
    revision: 1,
    token: randomId(),
    ...more,
  });
  const next = (record: MailRecord, more: Partial<MailRecord>): MailRecord => ({
    ...record,
    ...more,
    revision: record.revision + 1,
    token: randomId(),
  });
  const one = (
    title: string,
    run: (records: MailRecords, advance: MailRecordsUnderTest['advance']) => Promise<void>,
  ): ContractCase => ({
    title,
    async run() {
      const under = await open();
      try {
        await run(under.records, (milliseconds) => under.advance(milliseconds));
      } finally {
        await under.close?.();
      }
    },
  });
  const end = async (records: MailRecords, record: MailRecord): Promise<void> => {
    await records.create(record);
    await records.replace(next(record, { state: 'sent' }));
  };

  return [
    one('a record is read as it was stored, and no other key has one', async (records) => {
      const failure = { response: '550 "unknown" ü', permanent: true };
      const all = [
        sample(),
        sample({ about: null, tenant: 'acme', inviter: null, recipient: null, state: 'failed', failure }),
      ];
      for (const record of all) assert.equal(await records.create(record), true);
      assert.deepEqual(await records.read([...all.map(({ key }) => key), 'other']), [...all, null]);
      assert.deepEqual(await records.read([]), []);
    }),
    one('a key has one record: another one is not stored, the same one again is', async (records) => {
      const first = sample();
      await records.create(first);
      assert.equal(await records.create(sample({ key: first.key })), false);
      assert.equal(await records.create(first), true);
      assert.deepEqual(await records.read([first.key]), [first]);
      assert.equal((await records.list({ before: null, limit: 10 })).length, 1);
    }),
    one('only the next revision replaces a record, once; the same one again has no effect', async (records) => {
      const first = sample();
      assert.equal(await records.replace(next(first, {})), false);
      await records.create(first);
      const second = next(first, { state: 'sending', attempts: 1 });
      assert.equal(await records.replace(second), true);
      assert.equal(await records.replace(second), true);
      assert.equal(await records.replace(next(first, { state: 'unknown' })), false);
      assert.deepEqual(await records.read([first.key]), [second]);
    }),
    one('of 20 changes at once, one wins', async (records) => {
      const first = sample();
      await records.create(first);
      const won = await Promise.all(
        Array.from({ length: 20 }, () => records.replace(next(first, { state: 'sending' }))),
      );
      assert.equal(won.filter(Boolean).length, 1);
    }),
    one('the newest come first, page by page', async (records) => {
      const all = Array.from({ length: 7 }, () => sample());
      for (const record of all) await records.create(record);
      const keys: string[] = [];
      for (let before: number | null | undefined = null; before !== undefined;) {
        const page: Awaited<ReturnType<MailRecords['list']>> = await records.list({ before, limit: 3 });
        keys.push(...page.map(({ record }) => record.key));
        before = page.at(-1)?.place;
      }
      assert.deepEqual(keys, all.map(({ key }) => key).reverse());
    }),
    one('records of mails that ended are removed after 30 days, others never', async (records, advance) => {
      const [open, sent, revived] = [sample(), sample(), sample()];
      await records.create(open);
      await end(records, sent);
      await end(records, revived);
      const [present] = await records.read([revived.key]);
      assert.ok(present);
      await records.replace(next(present, { state: 'queued' }));
      await advance(29 * day);
      await records.create(sample());
      assert.ok((await records.read([sent.key]))[0]);
      await advance(2 * day);
      await records.create(sample());
      const left = await records.read([open.key, sent.key, revived.key]);
      assert.deepEqual(
        left.map((record) => record !== null),
        [true, false, true],
      );
    }),
    one('at most so many records of mails that ended are kept, the newest', async (records, advance) => {
      const open = sample();
      await records.create(open);
      const ended = Array.from({ length: 7 }, () => sample());
      for (const record of ended) {
        await end(records, record);
        await advance(1000);
      }
      await records.create(sample());
      const left = await records.read([open.key, ...ended.map(({ key }) => key)]);
      assert.deepEqual(
        left.map((record) => record !== null),
        [true, false, false, true, true, true, true, true],
      );
    }),
  ];
}
