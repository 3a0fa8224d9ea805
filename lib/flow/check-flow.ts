import { isForbiddenKey } from '../base/json.js';
import { ownPath } from '../base/target.js';
import { checkBinding, checkLinks } from './check-binding.js';
import { keyOrderIssues, type CheckRules } from './check-key-order.js';
import { policySetIssues } from './check-policy-set.js';
import { redirectLoops } from './check-redirects.js';
import { laterStepIssues } from './check-later-steps.js';
import { mailboxSignInIssues } from './check-second-factors.js';
import { stageOrderIssues } from './check-stage-order.js';
import { configureFlowIssues } from './default-flows.js';
import { allFlows, below, bindingPart, flowPart, issueAt, issueSentence, type FlowIssue } from './flow-issue.js';
import { isIncomplete } from './flow-origin.js';
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
import { oneOfIssues } from './one-of-issues.js';

// Whether a text is a path of the app does not depend on where the app is mounted.
const anySite = { origin: 'https://app.invalid', mount: '', secure: true };

/** Every mistake in a set of flows, each as a sentence with its path; empty when there is none. */
export function checkFlows(flows: readonly Flow[], rules: CheckRules): readonly string[] {
  return flowIssues(flows, rules).map(issueSentence);
}

/** The same with what each is about. A flow with a part that could not be read is only known by its slug. */
export function flowIssues(flows: readonly Flow[], rules: CheckRules): readonly FlowIssue[] {
  const slugs = flows.map((flow) => flow.slug);
  const twice = [...new Set(slugs.filter((slug, index) => slugs.indexOf(slug) !== index))];
  const whole = flows.filter((flow) => !isIncomplete(flow));
  return [
    ...twice.map((slug) => issueAt(allFlows([slug]), `the slug '${slug}' is used twice`)),
    ...sourceRoles.flatMap((role) => sharedRole(role, whole)),
    ...whole.flatMap((flow) => checkFlow(flow, rules, slugs)),
    ...configureFlowIssues(flows),
    ...redirectLoops(whole),
    ...mailboxSignInIssues(whole),
  ];
}

function sharedRole(role: SourceRole, flows: readonly Flow[]): readonly FlowIssue[] {
  const slugs = flows.filter((flow) => flow.sourceRole === role).map(({ slug }) => slug);
  if (slugs.length < 2) return [];
  const both = slugs.map((slug) => `'${slug}'`).join(' and ');
  return [
    issueAt(allFlows(slugs), `${both} both have the sourceRole '${role}'`, {
      inFiles: `${both} are both the sources' flow for ${role}: by source_role, or by a policy that asks for ak_is_sso_flow`,
    }),
  ];
}

function checkFlow(flow: Flow, rules: CheckRules, slugs: readonly string[]): readonly FlowIssue[] {
  const part = flowPart(flow);
  const all = [...flow.bindings, ...flow.insertable.values()];
  return [
    ...(/^[-a-zA-Z0-9_]{1,50}$/.test(flow.slug)
      ? []
      : [issueAt(part, "a slug has 1 to 50 letters, digits, '-' and '_'")]),
    ...oneOfIssues(below(part, 'designation'), flow.designation, designations),
    ...(flow.sourceRole === null ? [] : oneOfIssues(below(part, 'sourceRole'), flow.sourceRole, sourceRoles)),
    ...oneOfIssues(below(part, 'authentication'), flow.authentication, requirements),
    ...oneOfIssues(below(part, 'deniedAction'), flow.deniedAction, deniedActions),
    ...(flow.layout === null || /^[a-z][-a-z0-9_]*$/.test(flow.layout)
      ? []
      : [issueAt(below(part, 'layout'), `'${flow.layout}' is not the name of a layout`)]),
    ...(ownPath(anySite, flow.target) !== null
      ? []
      : [issueAt(below(part, 'target'), `'${flow.target}' is not a path of the app`)]),
    ...(flow.bindings.length > 0 ? [] : [issueAt(below(part, 'stages'), 'a flow needs at least one stage')]),
    ...policySetIssues(part, flow.guard),
    ...checkLists(flow, all),
    ...all.flatMap((binding) => {
      const bound = bindingPart(flow, binding.key);
      const action = below(bound, 'invalidResponseAction', 'binding');
      return [
        ...oneOfIssues(action, binding.invalidResponseAction, invalidResponseActions),
        ...policySetIssues(bound, binding.guard),
        ...checkBinding(bound, binding),
      ];
    }),
    ...checkPurpose(flow, all),
    ...keyOrderIssues(flow, rules),
    ...stageOrderIssues(flow),
    ...laterStepIssues(flow),
    ...all.flatMap((binding) => checkLinks(bindingPart(flow, binding.key), binding, slugs)),
  ];
}

/** The stages of bindings, each once: a stage may be bound several times. */
function stagesOf(bindings: readonly StageBinding[]): readonly StageBinding['stage'][] {
  return [...new Set(bindings.map(({ stage }) => stage))];
}

function checkLists(flow: Flow, all: readonly StageBinding[]): readonly FlowIssue[] {
  /** At the last of the bindings that it is about. */
  const at = (isMeant: (binding: StageBinding) => boolean) => ({
    ...below(flowPart(flow), 'stages', 'binding'),
    key: all.findLast(isMeant)?.key ?? null,
  });
  return [
    ...repeated(flow.bindings.map(({ order }) => order)).map((order) =>
      issueAt(
        at((binding) => binding.order === order),
        `the order ${String(order)} is given twice`,
      ),
    ),
    ...repeated(stagesOf(all).map(({ name }) => name)).map((name) =>
      issueAt(
        at(({ stage }) => stage.name === name),
        `two stages are named '${name}'`,
      ),
    ),
    ...repeated(all.map(({ key }) => key)).map((key) =>
      issueAt(
        at((binding) => binding.key === key),
        stagesOf(all.filter((binding) => binding.key === key)).length === 1
          ? `the stage bound as '${key}' is bound twice: each of its bindings needs a key of its own`
          : `the key '${key}' is used twice`,
      ),
    ),
    ...all
      .filter(({ key }) => !/^[-a-zA-Z0-9_]{1,50}$/.test(key) || isForbiddenKey(key))
      .map((binding) =>
        issueAt(
          at((one) => one === binding),
          `'${binding.key}' is not a key of 1 to 50 letters, digits, '-' and '_'`,
        ),
      ),
    ...flow.bindings
      .filter(({ order }) => !Number.isSafeInteger(order))
      .map((binding) =>
        issueAt(
          at((one) => one === binding),
          `the order ${String(binding.order)} is not a whole number`,
        ),
      ),
  ];
}

/** One of the stages must fulfill the flow's designation. */
function checkPurpose(flow: Flow, all: readonly StageBinding[]): readonly FlowIssue[] {
  const { designation, bindings } = flow;
  if (bindings.length === 0) return [];
  const silent = all.flatMap(({ stage }) => (stage.asking ? [] : [stage]));
  const lacks = (what: string, stage: string, model: string): readonly FlowIssue[] => [
    issueAt(flowPart(flow), `no stage of this ${designation} flow ${what}; add ${stage}`, {
      inFiles: `no stage of this ${designation} flow ${what}; bind one of the model ${model}`,
    }),
  ];
  if (designation === 'authentication' && !silent.some((stage) => stage.signsIn))
    return lacks('signs a user in', 'userLogin()', 'authentik_stages_user_login.userloginstage');
  if (designation === 'enrollment' && !silent.some((stage) => stage.creates))
    return lacks('makes an account', 'userWrite()', 'authentik_stages_user_write.userwritestage');
  return [];
}

function repeated<Value>(values: readonly Value[]): readonly Value[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
