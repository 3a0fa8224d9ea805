import {
  builtInPromptModel,
  codePromptModel,
  flowModel,
  groupModel,
  promptModel,
  stageBindingModel,
} from '../models/model-names.js';
import { policyModels } from '../models/policy-model.js';
import { stageModels } from '../models/stage-models.js';
import type { FlowRecord } from '../records/record.js';
import type { RecordKind } from './building.js';

type Models = Pick<ReadonlySet<string>, 'has'>;

const models: Readonly<Record<RecordKind, Models>> = {
  flow: new Set([flowModel]),
  stage: stageModels,
  policy: policyModels,
  prompt: new Set([promptModel, builtInPromptModel, codePromptModel]),
  group: new Set([groupModel]),
  'flow or stage binding': new Set([flowModel, stageBindingModel]),
};

export function isOfKind({ model }: FlowRecord, kind: RecordKind): boolean {
  return models[kind].has(model);
}
