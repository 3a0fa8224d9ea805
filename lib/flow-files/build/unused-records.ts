import {
  groupModel,
  policyBindingModel,
  promptModel,
  stageBindingModel,
  builtInPromptModel,
  codePromptModel,
} from '../models/model-names.js';
import { stageModels } from '../models/stage-models.js';
import type { FlowRecord } from '../records/record.js';
import { flag, mapping, references } from './field-kinds.js';
import type { FieldReader } from './field-reader.js';
import { isEmpty, sameFlag } from './same-values.js';
import { readStageBinding } from './build-flow.js';
import type { Building, FlowOf, RecordKind } from './building.js';
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
    else if (record.model === groupModel) checkGroup(building.reader(record), building);
    else if (isMade(record)) continue;
    else if (promptModels.has(record.model)) building.prompt(record);
    else if (stageModels.has(record.model)) building.stage(record, ofNoFlow(record));
  }
}

/** A flow that changes nothing of the stage. */
function ofNoFlow(record: FlowRecord): FlowOf {
  return { record, designation: 'stage_configuration', isOwn: true, stages: [record] };
}

/** Its name and its parents are all that bindings need. */
function checkGroup(reader: FieldReader, building: Building): void {
  reader.text('name');
  const appDecides = 'the app decides what a group is, and who is in it';
  reader.unsupported('is_superuser', flag, sameFlag(false), appDecides);
  building.referenced(reader, 'parent', 'group');
  building.referencedAll(reader, 'parents', 'group');
  for (const field of ['users', 'roles']) reader.unsupported(field, references, isEmpty, appDecides);
  reader.unsupported('attributes', mapping, isEmpty, appDecides);
  reader.finish();
}

function checkStageBinding(record: FlowRecord, building: Building): void {
  const target = targetOf(record, 'flow', building);
  if (target !== null) return;
  readStageBinding(record, building);
  boundPolicies(policyBindingsOf(record, building), building);
}

function checkPolicyBinding(record: FlowRecord, building: Building): void {
  if (targetOf(record, 'flow or stage binding', building) !== null) return;
  const reader = building.reader(record);
  boundPolicies([{ binding: record, policy: building.referenced(reader, 'policy', 'policy') }], building);
}

/** `null`: it is bound to nothing, which is reported. */
function targetOf(record: FlowRecord, kind: RecordKind, building: Building): FlowRecord | null {
  const reader = building.reader(record);
  const target = building.referenced(reader, 'target', kind);
  if (target === null && !reader.has('target') && !Object.hasOwn(record.fields, 'target'))
    reader.report('refused', null, 'the binding has no "target"');
  return target;
}
