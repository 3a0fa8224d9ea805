import type { Json, JsonObject } from '../../base/json.js';
import type { Message } from '../../base/message.js';
import type { Flow } from '../../flow/flow.js';
import type { PolicyBinding, PolicySet } from '../../flow/policy-set.js';
import { titleText } from '../build/flow-title.js';

/** True where an import has added the only step, because the file has no stage: an export writes none. */
export function hasNothingToDo({ bindings }: Flow): boolean {
  const [only, ...others] = bindings;
  return others.length === 0 && only?.stage.kind === 'nothing_to_do' && only.guard.bindings.length === 0;
}

/** The attributes of a flow, as its entry has them. */
export function flowAttributes(flow: Flow): JsonObject {
  return {
    name: flow.name,
    title: titleText(flow.title) ?? wordsOf(flow.title),
    ...(flow.intro === null ? {} : { intro: wordsOf(flow.intro) }),
    ...(flow.submit === null ? {} : { submit: wordsOf(flow.submit) }),
    designation: flow.designation,
    authentication: flow.authentication,
    denied_action: flow.deniedAction,
    compatibility_mode: flow.compatibilityMode,
    ...(hasNothingToDo(flow) ? {} : { stages_as_written: true }),
    ...(flow.layout === null ? {} : { layout: flow.layout }),
    ...(flow.sourceRole === null ? {} : { source_role: flow.sourceRole }),
    ...(flow.skipsSecondFactor ? { skips_second_factor: true } : {}),
    ...(flow.tickets.length === 0 ? {} : { tickets: [...flow.tickets] }),
    ...(flow.target === '/' ? {} : { target: flow.target }),
    ...(flow.providedContext.length === 0 ? {} : { provided_context: [...flow.providedContext] }),
    ...modeOf(flow.guard),
  };
}

/** Of the binding of a policy, beside what it binds. */
export function bindingAttributes(binding: PolicyBinding): JsonObject {
  return {
    enabled: binding.enabled,
    negate: binding.negate,
    timeout: binding.timeoutSeconds,
    failure_result: binding.failureResult,
    ...(binding.expires === null ? {} : { expires: new Date(binding.expires).toISOString(), expiring: true }),
    ...(binding.dryRun ? { dry_run: true } : {}),
  };
}

export function modeOf({ mode, modeGiven }: PolicySet): JsonObject {
  return modeGiven ? { policy_engine_mode: mode } : {};
}

/** A text of the developer, or a message by its id. */
function wordsOf(words: Message): Json {
  const text = words.values?.['text'];
  if (words.id === 'literal' && typeof text === 'string') return text;
  return { id: words.id, ...(words.values === undefined ? {} : { values: { ...words.values } }) };
}
