import { didYouMean } from '../base/did-you-mean.js';
import { isForbiddenKey } from '../base/json.js';
import { ownPath } from '../base/target.js';
import { checkBinding, checkLinks } from './check-binding.js';
import { stageOrderIssues } from './check-stage-order.js';
import { mailboxSignInIssues } from './check-second-factors.js';
import { redirectLoops } from './check-redirects.js';
import { configureFlowIssues } from './default-flows.js';
import {
  deniedActions,
  designations,
  invalidResponseActions,
  requirements,
  sourceRoles,
  type Flow,
  type SourceRole,
  type StageBinding,
} from './flow.js';
import { countedBindings, type PolicySet } from './policy-set.js';
import { isGate } from './stage.js';

interface CheckRules {
  /** `invite-only`: no stage creates an account unless a gate comes before it. */
  readonly registration: 'invite-only' | 'open';
}

// Whether a text is a path of the app does not depend on where the app is mounted.
const anySite = { origin: 'https://app.invalid', mount: '', secure: true };

/** Every mistake in a set of flows, each as a sentence with its path; empty when there is none. */
export function checkFlows(flows: readonly Flow[], rules: CheckRules): readonly string[] {
  const slugs = flows.map((flow) => flow.slug);
  const twice = [...new Set(slugs.filter((slug, index) => slugs.indexOf(slug) !== index))];
  return [
    ...twice.map((slug) => `flows: the slug '${slug}' is used twice`),
    ...sourceRoles.flatMap((role) => sharedRole(role, flows)),
    ...flows.flatMap((flow) => checkFlow(flow, rules, slugs)),
    ...configureFlowIssues(flows),
    ...redirectLoops(flows),
    ...mailboxSignInIssues(flows),
  ];
}

function sharedRole(role: SourceRole, flows: readonly Flow[]): readonly string[] {
  const slugs = flows.filter((flow) => flow.sourceRole === role).map(({ slug }) => `'${slug}'`);
  return slugs.length < 2 ? [] : [`flows: ${slugs.join(' and ')} both have the sourceRole '${role}'`];
}

function checkFlow(flow: Flow, rules: CheckRules, slugs: readonly string[]): readonly string[] {
  const path = `flows.${flow.slug}`;
  const all = [...flow.bindings, ...flow.insertable.values()];
  return [
    ...(/^[-a-zA-Z0-9_]{1,50}$/.test(flow.slug) ? [] : [`${path}: a slug has 1 to 50 letters, digits, '-' and '_'`]),
    ...oneOf(`${path}.designation`, flow.designation, designations),
    ...(flow.sourceRole === null ? [] : oneOf(`${path}.sourceRole`, flow.sourceRole, sourceRoles)),
    ...oneOf(`${path}.authentication`, flow.authentication, requirements),
    ...oneOf(`${path}.deniedAction`, flow.deniedAction, deniedActions),
    ...(flow.layout === null || /^[a-z][-a-z0-9_]*$/.test(flow.layout)
      ? []
      : [`${path}.layout: '${flow.layout}' is not the name of a layout`]),
    ...(ownPath(anySite, flow.target) !== null ? [] : [`${path}.target: '${flow.target}' is not a path of the app`]),
    ...(flow.bindings.length > 0 ? [] : [`${path}.stages: a flow needs at least one stage`]),
    ...checkPolicySet(path, flow.guard),
    ...checkLists(path, flow, all),
    ...all.flatMap((binding) => [
      ...oneOf(`${path}.${binding.key}.invalidResponseAction`, binding.invalidResponseAction, invalidResponseActions),
      ...checkPolicySet(`${path}.${binding.key}`, binding.guard),
      ...checkBinding(`${path}.${binding.key}`, binding),
    ]),
    ...checkPurpose(path, flow, all),
    ...checkOrder(path, flow, rules),
    ...stageOrderIssues(path, flow),
    ...all.flatMap((binding) => checkLinks(`${path}.${binding.key}`, binding, slugs)),
  ];
}

function checkLists(path: string, flow: Flow, all: readonly StageBinding[]): readonly string[] {
  const orders = flow.bindings.map((binding) => binding.order);
  return [
    ...repeated(orders.map(String)).map((order) => `${path}.stages: the order ${order} is given twice`),
    ...repeated(all.map((binding) => binding.stage.name)).map(
      (name) => `${path}.stages: the stage '${name}' is bound twice`,
    ),
    ...repeated(all.map((binding) => binding.key)).map((key) => `${path}.stages: the key '${key}' is used twice`),
    ...all
      .filter((binding) => !/^[-a-zA-Z0-9_]{1,50}$/.test(binding.key) || isForbiddenKey(binding.key))
      .map((binding) => `${path}.stages: '${binding.key}' is not a key of 1 to 50 letters, digits, '-' and '_'`),
    ...orders
      .filter((order) => !Number.isSafeInteger(order))
      .map((order) => `${path}.stages: the order ${String(order)} is not a whole number`),
  ];
}

/** T1 and T2 of authentik's traps: several policies need a mode, and timeouts must be valid. */
export function checkPolicySet(path: string, guard: PolicySet): readonly string[] {
  return [
    ...oneOf(`${path}.mode`, guard.mode, ['any', 'all']),
    ...(guard.bindings.length > 1 && !guard.modeGiven
      ? [`${path}.policies: ${String(guard.bindings.length)} policies need mode: 'any' or mode: 'all'`]
      : []),
    ...guard.bindings
      .filter(({ timeoutSeconds }) => !(timeoutSeconds > 0 && timeoutSeconds <= 300))
      .map(({ policy }) => `${path}.policies.${policy.name}: timeoutSeconds must be above 0 and at most 300`),
  ];
}

/** One of the stages must fulfill the flow's designation. */
function checkPurpose(path: string, { designation, bindings }: Flow, all: readonly StageBinding[]): readonly string[] {
  if (bindings.length === 0) return [];
  const silent = all.flatMap(({ stage }) => (stage.asking ? [] : [stage]));
  if (designation === 'authentication' && !silent.some((stage) => stage.signsIn))
    return [`${path}: no stage of this authentication flow signs a user in; add userLogin()`];
  if (designation === 'enrollment' && !silent.some((stage) => stage.creates))
    return [`${path}: no stage of this enrollment flow makes an account; add userWrite()`];
  return [];
}

/** Later stages must find what they need: context keys, a writer for each answer, a gate before a write. */
function checkOrder(path: string, flow: Flow, rules: CheckRules): readonly string[] {
  const mistakes: string[] = [];
  const written = new Set<string>(flow.providedContext);
  let gated = false;
  for (const binding of flow.bindings) {
    const { stage, key } = binding;
    for (const need of stage.needs.filter((wanted) => !written.has(wanted)))
      mistakes.push(`${path}.${key}: no earlier stage writes '${need}', which ${stage.kind} needs`);
    if (!stage.asking && stage.creates && rules.registration === 'invite-only' && !gated) {
      mistakes.push(
        `${path}.${key}: no gate comes before this stage, which makes accounts; put inviteCode() on an earlier prompt stage or set registration: 'open'`,
      );
    }
    const policies = [
      ...countedBindings(binding.guard).map((bound) => bound.policy),
      ...(stage.asking ? stage.validation : []),
    ];
    for (const name of [...stage.writes, ...policies.flatMap((policy) => policy.writes)]) written.add(name);
    if (isGate(stage)) gated = true;
  }
  return [...mistakes, ...keptCodes(path, flow), ...unwritten(path, flow)];
}

/** A code that is typed must be taken in the same request: a plan never keeps one. */
function keptCodes(path: string, { bindings, insertable }: Flow): readonly string[] {
  const asks = ({ stage }: StageBinding, field: string): boolean => stage.asking && stage.fields.includes(field);
  return bindings.flatMap(({ key, stage }, index) => {
    if (stage.asking || stage.readsCode === null) return [];
    const { field } = stage.readsCode;
    const pages = bindings.slice(0, index).filter((binding) => asks(binding, field));
    const isRight = pages.every((binding) => binding === bindings[index - 1] && insertable.size === 0);
    return isRight
      ? []
      : [
          `${path}.${key}: the page that asks for '${field}' must come right before this stage, in a flow without insertable stages`,
        ];
  });
}

function unwritten(path: string, flow: Flow): readonly string[] {
  const insertable = [...flow.insertable.values()];
  return [
    ...flow.bindings.flatMap((binding, index) =>
      unwrittenBy(path, binding, [...flow.bindings.slice(index + 1), ...insertable]),
    ),
    ...insertable.flatMap((binding) => unwrittenBy(path, binding, [...flow.bindings, ...insertable])),
  ];
}

function unwrittenBy(path: string, { stage, key }: StageBinding, later: readonly StageBinding[]): readonly string[] {
  // Another flow may go on with the answers.
  const isPassedOn = later.some(({ stage: one }) => !one.asking && one.leadsTo !== null);
  if (!stage.asking || isPassedOn) return [];
  const used = new Set([
    ...stage.consumes,
    ...stage.validation.flatMap((policy) => policy.consumes),
    ...later.flatMap((binding) => binding.stage.consumes),
  ]);
  return [...stage.fields, ...stage.hiddenFields]
    .filter((field) => !used.has(field))
    .map((field) => `${path}.${key}: no stage writes the answer to '${field}'; name it in userWrite's attributes`);
}

function oneOf(path: string, value: string, allowed: readonly string[]): readonly string[] {
  return allowed.includes(value)
    ? []
    : [`${path}: '${value}' is not one of ${allowed.join(', ')}${didYouMean(value, allowed)}`];
}

function repeated(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
