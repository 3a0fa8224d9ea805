import { defineSilentStage } from '../../flow/define-stage.js';

/** Passes: authentik has flows without a stage, which only decide who may go on. */
export const nothingToDo = defineSilentStage<object>({
  kind: 'nothing_to_do',
  settings: () => ({}),
  hasSideEffects: false,
  run: () => ({ type: 'completed' }),
});
