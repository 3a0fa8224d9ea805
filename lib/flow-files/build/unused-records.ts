import {
  flowModel,
  policyBindingModel,
  promptModel,
  stageBindingModel,
  builtInPromptModel,
  codePromptModel,
} from '../models/model-names.js';
import { stageModels } from '../models/stage-models.js';
import type { FlowRecord } from '../records/record.js';
import { readStageBinding } from './build-flow.js';
import type { Building, FlowOf } from './building.js';
import { boundPolicies, policyBindingsOf } from './policy-bindings.js';

const promptModels: ReadonlySet<string> = new Set([promptModel, builtInPromptModel, codePromptModel]);

/**
 * Checks the records that no flow uses, or that are bound by a reference with a mistake: their own mistakes would
 * otherwise show once something uses them.
 */
export function checkUnused(building: Building, isMade: (record: FlowRecord) => boolean): void {
  for (const record of building.records.values()) {
    if (record.model === stageBindingModel) checkStageBinding(record, building);
    else if (record.model === policyBindingModel) checkPolicyBinding(record, building);
    else if (building.isPolicy(record.model)) building.policy(record);
    else if (isMade(record)) continue;
    else if (promptModels.has(record.model)) building.prompt(record);
    else if (stageModels.has(record.model)) building.stage(record, ofNoFlow(record));
  }
}

/** A flow that changes nothing of the stage. */
function ofNoFlow(record: FlowRecord): FlowOf {
  return { record, designation: 'stage_configuration', isOwn: true, stages: [record] };
}

function checkStageBinding(record: FlowRecord, building: Building): void {
  const target = targetOf(record, [flowModel], 'flow', building);
  if (target !== null) return;
  readStageBinding(record, building);
  boundPolicies(policyBindingsOf(record, building), building);
}

function checkPolicyBinding(record: FlowRecord, building: Building): void {
  if (targetOf(record, [flowModel, stageBindingModel], 'flow or stage binding', building) !== null) return;
  const reader = building.reader(record);
  boundPolicies([{ binding: record, policy: building.referenced(reader, 'policy') }], building);
}

/** `null`: it is bound to nothing, which is reported. */
function targetOf(record: FlowRecord, models: readonly string[], what: string, building: Building): FlowRecord | null {
  const reader = building.reader(record);
  const target = building.referenced(reader, 'target');
  if (target !== null && models.includes(target.model)) return target;
  if (target !== null) reader.report('refused', 'target', `"target" refers to ${target.model}, which is no ${what}`);
  else if (!reader.has('target') && !Object.hasOwn(record.fields, 'target'))
    reader.report('refused', null, 'the binding has no "target"');
  return null;
}
