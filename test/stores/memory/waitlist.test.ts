import { describe, it } from 'mocha';
import { createMemoryWaitlistStore } from '../../../lib/stores/memory/waitlist-store.js';
import { waitlistStoreContract } from '../../../lib/testing/contracts/waitlist-store.js';

describe('the memory waitlist store', () => {
  const open = async () => ({ store: createMemoryWaitlistStore() });
  for (const { title, run } of waitlistStoreContract(open)) it(title, run);
});
