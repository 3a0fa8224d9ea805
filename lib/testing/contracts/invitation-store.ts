import type { InvitationStore } from '../../ports/invitation-store.js';
import type { ContractCase } from './contract.js';
import { invitationAcceptanceCases } from './invitation-store-acceptances.js';
import { invitationClaimCases } from './invitation-store-claims.js';
import { invitationCommitCases } from './invitation-store-commits.js';
import { invitationReservationCases } from './invitation-store-reservations.js';
import { invitationListCases } from './invitation-store-lists.js';
import { invitationOutstandingCases } from './invitation-store-outstanding.js';
import { invitationRecordCases } from './invitation-store-records.js';
import { createStoreFixture, type StoreFixture } from './store-fixture.js';

interface InvitationStoreUnderTest {
  readonly store: InvitationStore;
  /** The store's own time, in milliseconds since 1970. */
  now(): number;
  /** Advances the store's time at once, as with a fake clock. */
  advance(milliseconds: number): void;
  close?(): Promise<void>;
}

/** The requirements of the redemption protocol for a store of invitations. */
export function invitationStoreContract(open: () => Promise<InvitationStoreUnderTest>): readonly ContractCase[] {
  const one = (title: string, run: (fixture: StoreFixture) => Promise<void>): ContractCase => ({
    title,
    async run() {
      const opened = await open();
      try {
        await run(createStoreFixture(opened));
      } finally {
        await opened.close?.();
      }
    },
  });
  return [
    ...invitationRecordCases(one),
    ...invitationClaimCases(one),
    ...invitationCommitCases(one),
    ...invitationReservationCases(one),
    ...invitationListCases(one),
    ...invitationAcceptanceCases(one),
    ...invitationOutstandingCases(one),
  ];
}
