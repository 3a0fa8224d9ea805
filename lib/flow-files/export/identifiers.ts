import { flowModel, policyBindingModel, stageBindingModel } from '../models/model-names.js';

/** The fields by which authentik finds an object of a model again. */
export function identifiersOf(model: string): readonly string[] {
  if (model === flowModel) return ['slug'];
  if (model === stageBindingModel) return ['target', 'stage', 'order'];
  return model === policyBindingModel ? ['target', 'policy', 'group', 'user', 'order'] : ['name'];
}
