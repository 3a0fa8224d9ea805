import { memoryAuthenticators } from '../../../lib/stores/memory/authenticators.js';
import { authenticatorsContract } from '../../../lib/testing/contracts/authenticators.js';

describe('memoryAuthenticators keeps the contract of authenticators', () => {
  const open = async () => ({ authenticators: memoryAuthenticators() });
  for (const { title, run } of authenticatorsContract(open)) it(title, run);
});
