import assert from 'node:assert/strict';
import { randomId } from '../../base/ids.js';
import type { RedemptionRow, Redemptions } from '../../ports/redemptions.js';
import type { ContractCase } from './contract.js';

interface RedemptionsUnderTest {
  readonly redemptions: Redemptions;
  /** Inserts a row as the app's own transaction would; must fail when a unique key is violated. */
  readonly insert: (row: RedemptionRow) => Promise<void>;
  close?(): Promise<void>;
}

/** The kit's requirements for the table of redemptions, for an app that manages its users itself. */
export function redemptionsContract(open: () => Promise<RedemptionsUnderTest>): readonly ContractCase[] {
  const sample = (over: Partial<RedemptionRow> = {}): RedemptionRow => {
    const invitation = randomId();
    return {
      redemption_key: `${invitation}:1`,
      enrollment_id: randomId(),
      invitation_id: invitation,
      user_id: '1',
      ...over,
    };
  };
  const one = (title: string, run: (table: RedemptionsUnderTest) => Promise<void>): ContractCase => ({
    title,
    async run() {
      const table = await open();
      try {
        await run(table);
      } finally {
        await table.close?.();
      }
    },
  });

  return [
    one('a row is found by its key and by its enrollment id, and others are not', async ({ redemptions, insert }) => {
      const [row, other] = [sample(), sample()];
      await insert(row);
      await insert(other);
      assert.deepEqual(await redemptions.find({ key: row.redemption_key }), row);
      assert.deepEqual(await redemptions.find({ enrollmentId: row.enrollment_id }), row);
      assert.deepEqual(await redemptions.find({ key: other.redemption_key }), other);
    }),
    one('a missing row is null, not an error', async ({ redemptions }) => {
      assert.equal(await redemptions.find({ key: `${randomId()}:1` }), null);
      assert.equal(await redemptions.find({ enrollmentId: randomId() }), null);
    }),
    one('a row without an invitation is stored as one', async ({ redemptions, insert }) => {
      const row = sample({ redemption_key: `none:${randomId()}`, invitation_id: null });
      await insert(row);
      assert.deepEqual(await redemptions.find({ key: row.redemption_key }), row);
    }),
    one('a second row with the same key is refused', async ({ redemptions, insert }) => {
      const row = sample();
      await insert(row);
      await assert.rejects(() => insert(sample({ redemption_key: row.redemption_key })));
      assert.deepEqual(await redemptions.find({ key: row.redemption_key }), row);
    }),
    one('a second row with the same enrollment id is refused', async ({ redemptions, insert }) => {
      const row = sample();
      await insert(row);
      await assert.rejects(() => insert(sample({ enrollment_id: row.enrollment_id })));
      assert.deepEqual(await redemptions.find({ enrollmentId: row.enrollment_id }), row);
    }),
    one('hasRedemption, if implemented, tells whether a user has a row', async ({ redemptions, insert }) => {
      const row = sample({ user_id: `user-${randomId()}` });
      await insert(row);
      if (redemptions.hasRedemption === undefined) return;
      assert.equal(await redemptions.hasRedemption(row.user_id), true);
      assert.equal(await redemptions.hasRedemption(`user-${randomId()}`), false);
    }),
    one('keys are compared case-sensitively', async ({ redemptions, insert }) => {
      const row = sample({ redemption_key: `aB-${randomId()}:1` });
      await insert(row);
      assert.equal(await redemptions.find({ key: row.redemption_key.toUpperCase() }), null);
    }),
  ];
}
