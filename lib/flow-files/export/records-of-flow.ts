import type { Json, JsonObject } from '../../base/json.js';
import type { Message } from '../../base/message.js';
import type { Flow, StageBinding } from '../../flow/flow.js';
import type { PolicyBinding, PolicySet } from '../../flow/policy-set.js';
import type { Policy } from '../../flow/policy.js';
import type { Prompt } from '../../flow/prompt.js';
import type { Stage } from '../../flow/stage.js';
import type { CodeParts } from '../build/building.js';
import { asJson } from '../models/built-in.js';
import { builtInPolicies, builtInPrompts, builtInStages, isPolicy, isPrompt } from '../models/factories.js';
import {
  builtInPolicyModel,
  builtInPromptModel,
  builtInStageModel,
  codePolicyModel,
  codePromptModel,
  codeStageModel,
  promptStageModel,
  flowModel,
  policyBindingModel,
  stageBindingModel,
} from '../models/model-names.js';
import { stageModels } from '../models/stage-models.js';
import { keyFor, type FlowRecord } from '../records/record.js';

interface FlowRecords {
  readonly records: readonly FlowRecord[];
  /** What cannot be written: code that has no name for flow files. */
  readonly problems: readonly string[];
  /** What is left out: texts that may be secrets. */
  readonly leftOut: readonly string[];
}

/** The records of a flow, of code or of a file: what imports to the same flow again. */
export function recordsOfFlow(flow: Flow, code: CodeParts): FlowRecords {
  const records = new Map<string, FlowRecord>();
  const problems: string[] = [];
  const leftOut: string[] = [];

  function add(model: string, identifiers: JsonObject, attrs: JsonObject): string {
    const key = keyFor(model, identifiers);
    const known = records.get(key);
    const record = { key, model, fields: { ...identifiers, ...attrs } };
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(record))
      problems.push(`${flow.slug}: two different parts are called ${JSON.stringify(identifiers)}`);
    if (known === undefined) records.set(key, record);
    return key;
  }

  function policyKey(policy: Policy, place: string): string {
    const name = nameIn(code.policies, policy);
    if (name !== null) return add(codePolicyModel, { name }, {});
    const given = policy.madeBy === null ? undefined : asJson(policy.madeBy.given);
    if (policy.madeBy !== null && given !== undefined && builtInPolicies.has(policy.madeBy.factory)) {
      const { factory: kind } = policy.madeBy;
      const label = `${flow.slug}-${kind}-${keyFor(kind, { given }).slice(0, 8)}`;
      return add(builtInPolicyModel, { name: label }, { kind, given });
    }
    problems.push(`${place}: the policy "${policy.name}" is code, and has no name for flow files`);
    return '';
  }

  function promptKey(prompt: Prompt, place: string): string {
    const name = nameIn(code.prompts, prompt);
    if (name !== null) return add(codePromptModel, { name }, {});
    const { type, concealed } = prompt.kind;
    const settings = asJson(concealed ? withoutInitial(prompt.settings) : prompt.settings);
    if (concealed && Object.hasOwn(prompt.settings, 'initial'))
      leftOut.push(`${place}: the initial text of the prompt "${prompt.key}", which may be a secret`);
    if (settings !== undefined && builtInPrompts.has(type))
      return add(builtInPromptModel, { name: `${place}-${prompt.key}` }, { kind: type, settings });
    problems.push(`${place}: the prompt "${prompt.key}" has code among its settings, and no name for flow files`);
    return '';
  }

  function stageKey(stage: Stage): string {
    const name = nameIn(code.stages, stage);
    if (name !== null) return add(codeStageModel, { name }, {});
    if (stage.kind === 'prompt' && stage.asking) return promptStageKey(stage);
    const { name: _, ...settings } = ownSettings(stage);
    const written = asModel(stage, settings);
    if (written !== null) return add(written.model, { name: stage.name }, written.attrs);
    const json = asJson(settings);
    if (json !== undefined && builtInStages.has(stage.factory))
      return add(builtInStageModel, { name: stage.name }, { kind: stage.factory, settings: json });
    problems.push(`${flow.slug}: the stage "${stage.name}" has code among its settings, and no name for flow files`);
    return '';
  }

  function promptStageKey(stage: Stage): string {
    const { prompts, validation, name: _, ...rest } = ownSettings(stage);
    const fields = partsIn(prompts, isPrompt).map((prompt) => promptKey(prompt, `${flow.slug}-${stage.name}`));
    const policies = partsIn(validation, isPolicy).map((policy) => policyKey(policy, `${flow.slug}.${stage.name}`));
    const more = asJson(rest);
    if (more === undefined)
      problems.push(`${flow.slug}: the stage "${stage.name}" has code among its settings, and no name for flow files`);
    return add(
      promptStageModel,
      { name: stage.name },
      {
        fields,
        ...(policies.length > 0 ? { validation_policies: policies } : {}),
        ...(more !== undefined && Object.keys(more ?? {}).length > 0 ? { settings: more } : {}),
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
        ...(binding.key === binding.stage.name ? {} : { key: binding.key }),
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
  for (const binding of flow.bindings) addStage(flowKey, binding);
  if (flow.insertable.size > 0)
    problems.push(`${flow.slug}: stages that policies insert cannot be written into a flow file`);
  return { records: [...records.values()], problems, leftOut };
}

function flowAttributes(flow: Flow): JsonObject {
  return {
    name: flow.name,
    title: wordsOf(flow.title),
    ...(flow.intro === null ? {} : { intro: wordsOf(flow.intro) }),
    ...(flow.submit === null ? {} : { submit: wordsOf(flow.submit) }),
    designation: flow.designation,
    authentication: flow.authentication,
    denied_action: flow.deniedAction,
    compatibility_mode: flow.compatibilityMode,
    stages_as_written: true,
    ...(flow.layout === null ? {} : { layout: flow.layout }),
    ...(flow.sourceRole === null ? {} : { source_role: flow.sourceRole }),
    ...(flow.skipsSecondFactor ? { skips_second_factor: true } : {}),
    ...(flow.tickets.length === 0 ? {} : { tickets: [...flow.tickets] }),
    ...(flow.target === '/' ? {} : { target: flow.target }),
    ...(flow.providedContext.length === 0 ? {} : { provided_context: [...flow.providedContext] }),
    ...modeOf(flow.guard),
  };
}

function bindingAttributes(binding: PolicyBinding): JsonObject {
  return {
    enabled: binding.enabled,
    negate: binding.negate,
    timeout: binding.timeoutSeconds,
    failure_result: binding.failureResult,
    ...(binding.expires === null ? {} : { expires: new Date(binding.expires).toISOString() }),
    ...(binding.dryRun ? { dry_run: true } : {}),
  };
}

function modeOf({ mode, modeGiven }: PolicySet): JsonObject {
  return modeGiven ? { policy_engine_mode: mode } : {};
}

/** A text of the developer, or a message by its id. */
function wordsOf(words: Message): Json {
  const text = words.values?.['text'];
  return words.id === 'literal' && typeof text === 'string' ? text : (asJson(words) ?? words.id);
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

/** No file of an export has a password: the text that a concealed field begins with may be one. */
function withoutInitial(settings: object): object {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => name !== 'initial'));
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
