import { describe, it } from 'mocha';
import { createMemoryWaitingList } from '../../../lib/stores/memory/waiting-list.js';
import { waitingListContract } from '../../../lib/testing/contracts/waiting-list.js';

describe('the memory store of the waiting list', () => {
  const open = async () => ({ store: createMemoryWaitingList() });
  for (const { title, run } of waitingListContract(open)) it(title, run);
});
