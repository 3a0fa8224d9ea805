import type { StageBinding } from '../../flow/flow.js';
import type { SourceQuestion } from '../../flow/stage.js';

/** What a stage asks a source; `null`: nothing, or there is no such stage. */
export function questionOf(binding: StageBinding | null): SourceQuestion | null {
  return binding?.stage.asking === true ? binding.stage.asksSource : null;
}
