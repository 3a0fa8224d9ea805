import { describe, it } from 'mocha';
import { createMemoryInvitationStore } from '../../../lib/stores/memory/invitation-store.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { holdCases } from '../../support/faults/reservation-cases.js';

describe('reservations and persons in memory', () => {
  const open = async () => {
    const clock = fakeClock();
    return { store: createMemoryInvitationStore({ clock }), now: clock.now, advance: clock.advance };
  };
  for (const { title, run } of holdCases(open)) it(title, run);
});
