import { oncePer } from '../base/once-per.js';
import type { Flow } from './flow.js';
import { isGuarded } from './policy-set.js';

/** The steps of a flow that writes an account. */
interface CreatingPages {
  /** All steps that the flow itself has. */
  readonly own: ReadonlySet<string>;
  /** Those of which no page is surely between them and the write. */
  readonly last: ReadonlySet<string>;
}

/** The pages of a flow whose button may create the account; `null`: it writes none. */
export const creatingPages: (bindings: Flow['bindings']) => CreatingPages | null = oncePer(
  (bindings: Flow['bindings']) => {
    const write = bindings.findIndex(({ stage }) => !stage.asking && stage.creates);
    if (write === -1) return null;
    const surePage = bindings.slice(0, write).findLastIndex(({ stage, guard }) => stage.asking && !isGuarded(guard));
    return {
      own: new Set(bindings.map(({ key }) => key)),
      last: new Set(bindings.slice(Math.max(0, surePage), write + 1).map(({ key }) => key)),
    };
  },
);
