import type { Flow } from '../../flow/flow.js';

/** True for a flow that creates accounts: it continues with an identity that a source returns while it runs. */
export function makesAccounts(flow: Flow): boolean {
  return flow.bindings.some(({ stage }) => !stage.asking && stage.creates);
}
