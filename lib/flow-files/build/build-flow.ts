import {
  defineFlow,
  deniedActions,
  designations,
  type Designation,
  invalidResponseActions,
  type Flow,
  type FlowSpec,
  type StageBindingSpec,
} from '../../flow/flow.js';
import type { PolicyBindingSpec, PolicySetSpec } from '../../flow/policy-set.js';
import { isForbiddenKey } from '../../base/json.js';
import type { ContextKey } from '../../flow/context.js';
import { isMessage } from '../../flow/computed.js';
import type { MessageLike } from '../../flow/prompt.js';
import { passwordModels, stageBindingModel } from '../models/model-names.js';
import { withOrigin } from '../../flow/flow-origin.js';
import type { FlowRecord } from '../records/record.js';
import { reportAskedAgain } from './asked-again.js';
import type { Building, FlowOf } from './building.js';
import { anything, count, integers, list, words } from './field-kinds.js';
import type { FieldReader } from './field-reader.js';
import { placeOf, type PlacedStage } from './flow-place.js';
import { setUpBefore } from './not-configured.js';
import { checkPasswordRules } from './password-rules.js';
import { boundPolicies, decides, policyBindingsOf, skipsNothing } from './policy-bindings.js';
import { layoutOf } from './flow-layout.js';
import { titleOf } from './flow-title.js';
import { withAddedStages } from './added-stages.js';
import { freeKeys, isStageKey, keysOfStages } from './stage-keys.js';
import { checkInactive, provedFirst } from './stage-order.js';

const authentications = [
  'none',
  'require_authenticated',
  'require_unauthenticated',
  'require_redirect',
  'require_token',
  'require_superuser',
  'require_outpost',
] as const;

/** `authentik_flows.flow` with its bindings, without the parts of which a mistake was reported. */
export function buildFlow(reader: FieldReader, building: Building): Flow {
  const { record } = reader;
  // What this kit wrote imports as it is written.
  const isOwn = reader.flag('stages_as_written', false);
  const written = bindingsOf(record, building);
  const designation = reader.oneOf('designation', designations, 'stage_configuration');
  const bindings = isOwn ? written : provedFirst(written, designation, building);
  checkInactive(bindings, designation, building);
  const flowOf: FlowOf = { record, designation, isOwn, stages: bindings.map(({ stage }) => stage) };
  const keys = keysOfStages(
    bindings.map(({ binding, stage }) => ({ stage, written: writtenKey(building.reader(binding)) })),
  );
  const stages = bindings.map((binding, index) =>
    stageBindingOf(binding, { flow: flowOf, key: keys[index] }, building),
  );
  checkPasswordRules(flowOf, stages, building);
  if (!reader.has('designation')) reader.report('refused', null, 'the flow has no "designation"');
  const guard = policySetOf(reader, building);
  const authentication = authenticationOf(reader);
  reader.unused({ cache_count: count, policies: list, stages: list, export_url: words });
  reader.unsupported('background', words, [''], 'the background is that of the option `branding`');
  const placed = bindings.flatMap(({ binding, stage }, at): readonly PlacedStage[] => {
    const spec = stages[at] ?? null;
    return spec === null ? [] : [{ spec, binding, stage }];
  });
  const free = freeKeys(placed.flatMap(({ spec }) => [spec.key ?? '', spec.stage.name]));
  const steps = placed.flatMap((one) => [...setUpBefore(one, flowOf, building, free), one]);
  if (!isOwn) reportAskedAgain({ placed, steps }, building);
  const made = steps.map(({ spec }) => spec);
  const flow = defineFlow({
    slug: slugOf(reader),
    name: reader.text('name', reader.text('slug')),
    title: titleOf(reader),
    ...(reader.has('intro') ? { intro: wordsOf(reader, 'intro') } : {}),
    ...(reader.has('submit') ? { submit: wordsOf(reader, 'submit') } : {}),
    designation,
    authentication,
    ...layoutOf(reader, isOwn),
    deniedAction: reader.oneOf('denied_action', deniedActions, 'message_continue'),
    compatibilityMode: reader.flag('compatibility_mode', false),
    ...sourceSettings(reader, guard, designation),
    ...ownSettings(reader),
    ...guard,
    stages: isOwn ? made : numbered(withAddedStages(made, { flow: flowOf, reader, building, free })),
  });
  return withOrigin(flow, placeOf(record, steps, building));
}

export interface BoundStage {
  readonly binding: FlowRecord;
  readonly stage: FlowRecord;
  readonly order: number;
}

function bindingsOf({ key }: FlowRecord, building: Building): readonly BoundStage[] {
  return building
    .boundTo(stageBindingModel, key)
    .flatMap((binding) => readStageBinding(binding, building) ?? [])
    .sort((one, other) => one.order - other.order);
}

/** `null`: its stage is not known, which was reported. All of its other fields are read. */
export function readStageBinding(binding: FlowRecord, building: Building): BoundStage | null {
  const reader = building.reader(binding);
  const stage = building.referenced(reader, 'stage', 'stage');
  const order = reader.number('order', 0, integers);
  if (stage !== null) return { binding, stage, order };
  if (!reader.has('stage')) reader.report('refused', null, 'the binding has no "stage"');
  settingsOf(reader);
  return null;
}

function stageBindingOf(
  { binding, stage, order }: BoundStage,
  { flow, key }: { readonly flow: FlowOf; readonly key: string | undefined },
  building: Building,
): StageBindingSpec | null {
  const made = building.stage(stage, flow);
  const reader = building.reader(binding);
  const bound = policyBindingsOf(binding, building).filter(
    ({ policy }) => policy === null || !passwordModels.has(policy.model),
  );
  const settings = { order, ...settingsOf(reader), ...(reader.has('key') || key === undefined ? {} : { key }) };
  // Without a mode, several policies are a mistake, which the check of the flow reports.
  const isDecided = settings.mode !== undefined || bound.filter((one) => decides(one, building)).length < 2;
  const asked = bound.filter((one) => !(isDecided && isBeforeLink.has(stage.model) && skipsNothing(one, building)));
  const counted = boundPolicies(asked, building);
  // One that always passes is left out; where one is enough, the others are, too.
  const isKept = asked.length < bound.length && settings.mode === 'any';
  return made === null ? null : { ...settings, stage: made, policies: isKept ? [] : counted };
}

/** The stages that send the link, and what they need. */
const isBeforeLink: ReadonlySet<string> = new Set([
  'authentik_stages_identification.identificationstage',
  'authentik_stages_email.emailstage',
]);

function settingsOf(reader: FieldReader): Omit<StageBindingSpec, 'stage'> {
  const settings = {
    evaluateOnPlan: reader.flag('evaluate_on_plan', false),
    reEvaluatePolicies: reader.flag('re_evaluate_policies', true),
    invalidResponseAction: reader.oneOf('invalid_response_action', invalidResponseActions, 'retry'),
    ...modeOf(reader),
    ...(reader.has('key') ? { key: reader.text('key') } : {}),
  };
  reader.unused({ target: anything, stage: anything, order: anything, policies: list });
  reader.finish();
  return settings;
}

/** `null`: none. */
function writtenKey(reader: FieldReader): string | null {
  return reader.has('key') ? reader.text('key') : null;
}

function slugOf(reader: FieldReader): string {
  const slug = reader.text('slug');
  if (!isStageKey(slug)) reader.report('refused', 'slug', "a slug has 1 to 50 letters, digits, '-' and '_'");
  return slug;
}

function policySetOf(reader: FieldReader, building: Building) {
  return { policies: boundPolicies(policyBindingsOf(reader.record, building), building), ...modeOf(reader) };
}

function modeOf(reader: FieldReader): { readonly mode?: 'any' | 'all' } {
  return reader.has('policy_engine_mode') ? { mode: reader.oneOf('policy_engine_mode', ['any', 'all'], 'any') } : {};
}

/** What flows have here, and not in authentik. */
function ownSettings(reader: FieldReader): Partial<FlowSpec> {
  const tickets = reader.members('tickets', ['invite', 'recovery', 'verify-email', 'change-email']);
  const provided = contextKeysOf(reader);
  return {
    ...(reader.has('target') ? { target: reader.text('target') } : {}),
    ...(reader.has('skips_second_factor') ? { skipsSecondFactor: reader.flag('skips_second_factor', false) } : {}),
    ...(tickets.length > 0 ? { tickets } : {}),
    ...(provided.length > 0 ? { providedContext: provided } : {}),
  };
}

function wordsOf(reader: FieldReader, name: string): MessageLike {
  const given = reader.json(name);
  return isMessage(given) ? given : reader.text(name);
}

function authenticationOf(reader: FieldReader) {
  const given = reader.oneOf('authentication', authentications, 'none');
  if (given !== 'require_superuser' && given !== 'require_outpost') return given;
  reader.report('refused', 'authentication', `"${given}" has no meaning here: bind a group, or a policy of your own`);
  return 'none';
}

/**
 * What sources use the flow for. authentik has it at the source, and in the files a policy that admits only visitors who
 * come from one.
 */
function sourceSettings(
  reader: FieldReader,
  { policies = [], mode = 'any' }: PolicySetSpec,
  designation: Designation,
): Pick<FlowSpec, 'sourceRole' | 'providedContext'> {
  if (reader.has('source_role'))
    return { sourceRole: reader.oneOf('source_role', ['enrollment', 'authentication', 'connection'], 'enrollment') };
  const counted = policies.map((bound) => ('policy' in bound ? bound : { policy: bound })).filter(hasVote);
  // Where another policy may admit, or the answer is turned around, visitors without a source come in.
  const isForSources =
    (mode === 'all' || counted.length === 1) &&
    counted.some(({ policy, negate = false }) => policy.requiresSource && !negate);
  if (!isForSources || (designation !== 'enrollment' && designation !== 'authentication')) return {};
  return designation === 'authentication'
    ? { sourceRole: 'authentication', providedContext: ['identity', 'pending_user'] }
    : { sourceRole: 'enrollment', providedContext: ['identity'] };
}

function hasVote({ enabled = true, dryRun = false }: PolicyBindingSpec): boolean {
  return enabled && !dryRun;
}

/** New orders where something was added or moved; the sequence stays. */
function numbered(stages: readonly StageBindingSpec[]): readonly StageBindingSpec[] {
  const orders = stages.map(({ order }) => order ?? Number.NaN);
  const isRising = orders.every((order, at) => Number.isInteger(order) && (at === 0 || order > (orders[at - 1] ?? 0)));
  return isRising ? stages : stages.map((stage, at) => ({ ...stage, order: (at + 1) * 10 }));
}

function contextKeysOf(reader: FieldReader): readonly ContextKey[] {
  return reader.texts('provided_context').flatMap((name) => {
    if (isContextKey(name)) return [name];
    reader.report('refused', 'provided_context', `"provided_context": "${name.slice(0, 60)}" is no key of a plan`);
    return [];
  });
}

/** The app may have keys of its own, which it sets before a flow begins. */
function isContextKey(name: string): name is ContextKey {
  return /^[a-z][\w-]{0,99}$/i.test(name) && !isForbiddenKey(name);
}
