import { describe, it } from 'mocha';
import { createInvitations } from '../../../lib/invitations/invitations.js';
import { createMemoryInvitationStore } from '../../../lib/stores/memory/invitation-store.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { protocolCases } from '../../support/faults/protocol-cases.js';

describe('reservations, persons, tenants and inviters', () => {
  const open = async () => {
    const clock = fakeClock();
    return { store: createMemoryInvitationStore({ clock }), now: clock.now, advance: clock.advance };
  };
  for (const { title, run } of protocolCases(createInvitations, open)) it(title, run);
});
