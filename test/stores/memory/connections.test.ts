import { memoryConnections } from '../../../lib/stores/memory/connections.js';
import { connectionsContract } from '../../../lib/testing/contracts/connections.js';

describe('memoryConnections keeps the contract of connections', () => {
  for (const { title, run } of connectionsContract(async () => ({ connections: memoryConnections() }))) it(title, run);
});
