import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { stateOf } from '../../../lib/invitations/access/eligibility.js';
import type { InvitationRecord, InvitationSnapshot } from '../../../lib/ports/invitation-store.js';
import { sampleInvitation } from '../../../lib/testing/contracts/sample-invitation.js';

const now = 1_800_000_000_000;
const at = (record: Partial<InvitationRecord>, counts: Partial<InvitationSnapshot> = {}): InvitationSnapshot => ({
  record: sampleInvitation(record),
  redeemed: 0,
  held: 0,
  claimed: 0,
  lapsed: 0,
  own: null,
  now,
  ...counts,
});

describe('the state of an invitation', () => {
  const table: readonly (readonly [state: string, what: string, snapshot: InvitationSnapshot])[] = [
    ['open', 'nobody has used it', at({ max: 1 })],
    ['open', 'some seats are left', at({ max: 3 }, { redeemed: 1, claimed: 1 })],
    ['open', 'it has no maximum', at({ max: null }, { redeemed: 1e6, claimed: 5 })],
    ['open', 'the last seat has lapsed and may be free', at({ max: 1 }, { claimed: 1, lapsed: 1 })],
    ['open', 'it begins this very millisecond', at({ notBefore: now })],
    ['not_yet', 'it begins with the next millisecond', at({ notBefore: now + 1 })],
    ['open', 'it ends with the next millisecond', at({ expires: now + 1 })],
    ['expired', 'it ends this very millisecond', at({ expires: now })],
    ['expired', 'it ended a millisecond ago', at({ expires: now - 1 })],
    ['used_up', 'every seat is redeemed', at({ max: 2 }, { redeemed: 2 })],
    ['used_up', 'the maximum was lowered below what is redeemed', at({ max: 2 }, { redeemed: 3, claimed: 1 })],
    ['held', 'the last seat is claimed', at({ max: 2 }, { redeemed: 1, claimed: 1 })],
    ['held', 'more seats are claimed than there are now', at({ max: 1 }, { claimed: 2, lapsed: 1 })],
    [
      'revoked',
      'it was revoked, whatever else is true',
      at({ revokedAt: now - 1, expires: now - 1, max: 1 }, { redeemed: 1 }),
    ],
    ['expired', 'it has expired and is used up', at({ expires: now, max: 1 }, { redeemed: 1 })],
  ];
  for (const [state, what, snapshot] of table) {
    it(`is ${state} when ${what}`, () => assert.equal(stateOf(snapshot, true), state));
  }

  it('is held when the last claim has lapsed and its outcome cannot be looked up', () => {
    assert.equal(stateOf(at({ max: 1 }, { claimed: 1, lapsed: 1 }), false), 'held');
  });
});
