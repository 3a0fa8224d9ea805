import { isJsonObject, type Json, type JsonObject } from '../../base/json.js';
import type { Flow, StageBinding } from '../../flow/flow.js';
import type { PolicySet } from '../../flow/policy-set.js';
import type { Policy } from '../../flow/policy.js';
import type { Prompt } from '../../flow/prompt.js';
import type { Stage } from '../../flow/stage.js';
import type { CodeParts } from '../build/building.js';
import { makerOf } from '../../flow/made-by.js';
import { isTakenForOther } from '../models/expression-policy.js';
import { builtInPolicies, builtInPrompts, isPolicy, isPrompt } from '../models/factories.js';
import { bindingAttributes, flowAttributes, hasNothingToDo, modeOf } from './flow-attributes.js';
import { isBuiltIn, isPromptStage } from './kit-stages.js';
import { noteExpression, sharedSettings, type SharedTexts } from './shared-texts.js';
import { writeSettings } from '../models/kit-values.js';
import {
  builtInPolicyModel,
  builtInPromptModel,
  builtInStageModel,
  codePolicyModel,
  codePromptModel,
  codeStageModel,
  expressionPolicyModel,
  promptStageModel,
  flowModel,
  policyBindingModel,
  stageBindingModel,
} from '../models/model-names.js';
import { stageModels } from '../models/stage-models.js';
import { isStageKey } from '../build/stage-keys.js';
import { keyFor, type FlowRecord } from '../records/record.js';

interface FlowRecords {
  readonly records: readonly FlowRecord[];
  /** What cannot be written: code that has no name for flow files. */
  readonly problems: readonly string[];
  readonly shared: SharedTexts;
}

/** The records of flows, of code or of a file: what imports to the same flows again. */
export function recordsOfFlows(flows: readonly Flow[], code: CodeParts): FlowRecords {
  const records = new Map<string, FlowRecord>();
  const shared: SharedTexts = { leftOut: [], asWritten: [] };
  const problems = flows.flatMap((flow) => addFlow(flow, code, records, shared));
  return { records: [...records.values()], problems: [...new Set(problems)], shared };
}

function addFlow(
  flow: Flow,
  code: CodeParts,
  records: Map<string, FlowRecord>,
  shared: SharedTexts,
): readonly string[] {
  const problems: string[] = [];

  function add(model: string, identifiers: JsonObject, attrs: JsonObject): string {
    const fields = { ...identifiers, ...attrs };
    // Names are those of stages and policies, and those of another flow, or of its own file, may have the same: such a
    // part is found by its key.
    const named = keyFor(model, isOfFlow(model) ? { ...identifiers, flow: flow.slug } : identifiers);
    const isTaken = records.has(named) && JSON.stringify(records.get(named)?.fields) !== JSON.stringify(fields);
    const key = isTaken ? keyFor(model, { ...identifiers, written: JSON.stringify(fields) }) : named;
    if (!records.has(key)) records.set(key, { key, model, fields });
    return key;
  }

  /** Settings as JSON; what no file can hold is a problem of `part`. */
  function json(value: unknown, part: string, listed: string): Json {
    return writeSettings(value, code, (path) => {
      const place = path === '' ? 'is code of the app' : `has code of the app in its setting "${path}"`;
      problems.push(`${part} ${place}: give it a name in "${listed}" of the settings of flow files`);
    });
  }

  function policyKey(policy: Policy, place: string): string {
    const name = nameIn(code.policies, policy);
    if (name !== null) return add(codePolicyModel, { name }, {});
    const part = `${place}: the policy "${policy.name}"`;
    const { factory: kind = '', given = [] } = makerOf(policy) ?? {};
    const [source] = given;
    if (kind === 'pythonPolicy' && typeof source === 'string') {
      noteExpression(policy, place, shared);
      return expressionKey(policy, source, part);
    }
    if (!builtInPolicies.has(kind)) {
      problems.push(`${part} is code of the app: give it a name in "policies" of the settings of flow files`);
      return '';
    }
    const written = json(given, part, 'policies');
    const label = `${flow.slug}-${kind}-${keyFor(kind, { given: written }).slice(0, 8)}`;
    return add(builtInPolicyModel, { name: label }, { kind, given: written });
  }

  /** The text of an expression in Python, as authentik has it, with the settings that it has not. */
  function expressionKey({ name, madeBy }: Policy, expression: string, part: string): string {
    const given = json(madeBy?.given[1], part, 'policies');
    const { name: _, ...settings } = isJsonObject(given) ? given : {};
    return add(
      expressionPolicyModel,
      { name },
      {
        expression,
        ...(isTakenForOther(expression) ? { as_written: true } : {}),
        ...(Object.keys(settings).length > 0 ? { settings } : {}),
      },
    );
  }

  function promptKey(prompt: Prompt, place: string): string {
    const name = nameIn(code.prompts, prompt);
    if (name !== null) return add(codePromptModel, { name }, {});
    const part = `${place}: the prompt "${prompt.key}"`;
    const { factory: kind = '', given = [] } = makerOf(prompt) ?? {};
    if (!builtInPrompts.has(kind)) {
      problems.push(`${part} is code of the app: give it a name in "prompts" of the settings of flow files`);
      return '';
    }
    // Most have one mapping of settings.
    const [settings] = given;
    const isOne = given.length === 1 && !isPrompt(settings) && typeof settings === 'object';
    const kept = sharedSettings(prompt, place, shared);
    const written = json(isOne ? (kept === prompt.settings ? settings : kept) : given, part, 'prompts');
    return add(
      builtInPromptModel,
      { name: `${place.replace('.', '-')}-${prompt.key}` },
      { kind, ...(isOne ? { settings: written } : { given: written }) },
    );
  }

  function stageKey(stage: Stage): string {
    const name = nameIn(code.stages, stage);
    if (name !== null) return add(codeStageModel, { name }, {});
    if (isPromptStage(stage)) return promptStageKey(stage);
    const { name: _, ...settings } = ownSettings(stage);
    const isKits = isBuiltIn(stage);
    const model = isKits ? asModel(stage, settings) : null;
    if (model !== null) return add(model.model, { name: stage.name }, model.attrs);
    const part = `${flow.slug}: the stage "${stage.name}"`;
    if (!isKits) {
      problems.push(`${part} is code of the app: give it a name in "stages" of the settings of flow files`);
      return '';
    }
    const written = json(settings, part, 'stages');
    return add(builtInStageModel, { name: stage.name }, { kind: stage.factory, settings: written });
  }

  function promptStageKey(stage: Stage): string {
    const { prompts, validation, name: _, ...rest } = ownSettings(stage);
    const fields = partsIn(prompts, isPrompt).map((prompt) => promptKey(prompt, `${flow.slug}.${stage.name}`));
    const policies = partsIn(validation, isPolicy).map((policy) => policyKey(policy, `${flow.slug}.${stage.name}`));
    const more = json(rest, `${flow.slug}: the stage "${stage.name}"`, 'stages');
    return add(
      promptStageModel,
      { name: stage.name },
      {
        fields,
        ...(validation === undefined ? {} : { validation_policies: policies }),
        ...(Object.keys(more ?? {}).length > 0 ? { settings: more } : {}),
      },
    );
  }

  function addPolicies(target: string, { bindings }: PolicySet, place: string): void {
    for (const binding of bindings)
      add(
        policyBindingModel,
        { target, policy: policyKey(binding.policy, place), order: binding.order },
        bindingAttributes(binding),
      );
  }

  function addStage(target: string, binding: StageBinding): void {
    const key = add(
      stageBindingModel,
      { target, stage: stageKey(binding.stage), order: binding.order },
      {
        ...(binding.key === binding.stage.name && isStageKey(binding.key) ? {} : { key: binding.key }),
        evaluate_on_plan: binding.evaluateOnPlan,
        re_evaluate_policies: binding.reEvaluatePolicies,
        invalid_response_action: binding.invalidResponseAction,
        ...modeOf(binding.guard),
      },
    );
    addPolicies(key, binding.guard, `${flow.slug}.${binding.key}`);
  }

  const flowKey = add(flowModel, { slug: flow.slug }, flowAttributes(flow));
  addPolicies(flowKey, flow.guard, flow.slug);
  if (!hasNothingToDo(flow)) for (const binding of flow.bindings) addStage(flowKey, binding);
  if (flow.insertable.size > 0)
    problems.push(`${flow.slug}: stages that policies insert cannot be written into a flow file`);
  return problems;
}

/** Stages and expression policies, whose names are not made of the flow's slug. Parts of the app are the same everywhere. */
function isOfFlow(model: string): boolean {
  return model === expressionPolicyModel || (stageModels.has(model) && model !== codeStageModel);
}

/** As one of authentik's models, where it has all of the settings. */
function asModel(
  stage: Stage,
  settings: Readonly<Record<string, unknown>>,
): { readonly model: string; readonly attrs: JsonObject } | null {
  for (const [model, { kind, attributes = {} }] of stageModels) {
    if (kind !== stage.factory) continue;
    const written = Object.entries(settings).map(([name, value]) =>
      value === undefined ? {} : (attributes[name]?.(value) ?? null),
    );
    const attrs = written.reduce<JsonObject>((all, one) => ({ ...all, ...one }), {});
    return written.includes(null) ? null : { model, attrs };
  }
  return null;
}

function ownSettings({ settings }: Stage): Readonly<Record<string, unknown>> {
  return { ...settings };
}

function partsIn<Part>(given: unknown, isPart: (one: unknown) => one is Part): readonly Part[] {
  return Array.isArray(given) ? given.filter(isPart) : [];
}

function nameIn<Part>(parts: ReadonlyMap<string, Part>, part: Part): string | null {
  for (const [name, one] of parts) if (one === part) return name;
  return null;
}
