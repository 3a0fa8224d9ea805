import { describe, it } from 'mocha';
import { createMemoryInvitationStore } from '../../../lib/stores/memory/invitation-store.js';
import { invitationStoreContract } from '../../../lib/testing/contracts/invitation-store.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';

describe('the memory invitation store', () => {
  const open = async () => {
    const clock = fakeClock();
    return { store: createMemoryInvitationStore({ clock }), now: clock.now, advance: clock.advance };
  };
  for (const { title, run } of invitationStoreContract(open)) it(title, run);
});
