import { isEnrollmentError } from '../../base/error.js';
import { hasSameSpec } from '../../flow/made-by.js';
import type { Stage } from '../../flow/stage.js';
import { promptStage } from '../../stages/prompt.js';
import { builtInStages } from '../models/factories.js';

/** True for a stage that a factory of the kit made, not only one with its name, and no copy. */
export function isBuiltIn(stage: Stage): boolean {
  const make = builtInStages.get(stage.factory);
  if (make === undefined) return false;
  try {
    return hasSameSpec(stage, make([stage.settings]));
  } catch (error) {
    // Settings that the kit's stage of this name does not have.
    if (isEnrollmentError(error)) return false;
    throw error;
  }
}

const anyPromptStage = promptStage({ name: 'any', prompts: [] });

export function isPromptStage(stage: Stage): boolean {
  return hasSameSpec(stage, anyPromptStage);
}
