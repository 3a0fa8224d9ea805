import type { Flow } from '../../flow/flow.js';

/** True for a flow that goes on with a person whom a source has recognised in its midst. */
export function makesAccounts(flow: Flow): boolean {
  return flow.bindings.some(({ stage }) => !stage.asking && stage.creates);
}
