import type { Message, Texts } from '../base/message.js';
import { textsRule, messageRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import type { ContextKey } from './context.js';
import { countedBindings, policySetOf, type PolicySet, type PolicySetSpec } from './policy-set.js';
import { toMessage, type MessageLike } from './prompt.js';
import { guardRules, stagesRule } from './setting-rules.js';
import type { TicketPurpose } from '../ports/ticket-store.js';
import type { Stage } from './stage.js';
import { createHash } from 'node:crypto';

export const designations = [
  'authentication',
  'authorization',
  'invalidation',
  'enrollment',
  'unenrollment',
  'recovery',
  'stage_configuration',
] as const;
export const requirements = [
  'none',
  'require_authenticated',
  'require_unauthenticated',
  'require_redirect',
  'require_token',
] as const;
export const deniedActions = ['message_continue', 'message', 'continue'] as const;
export const invalidResponseActions = ['retry', 'restart', 'restart_with_context'] as const;

export const sourceRoles = ['enrollment', 'authentication', 'connection'] as const;

/** What a flow is for. */
export type Designation = (typeof designations)[number];
type Requirement = (typeof requirements)[number];
type DeniedAction = (typeof deniedActions)[number];
type InvalidResponseAction = (typeof invalidResponseActions)[number];
/**
 * What sources use a flow for: `enrollment` for people without an account, `authentication` to sign in, `connection` to
 * connect the identity to an existing account.
 */
export type SourceRole = (typeof sourceRoles)[number];

export interface StageBinding {
  /** Identifies the step in plans and forms; default: the stage's name. */
  readonly key: string;
  readonly stage: Stage;
  readonly order: number;
  readonly guard: PolicySet;
  readonly evaluateOnPlan: boolean;
  readonly reEvaluatePolicies: boolean;
  readonly invalidResponseAction: InvalidResponseAction;
}

export interface Flow {
  readonly slug: string;
  /** For administrators. */
  readonly name: string;
  readonly title: Message;
  /** One sentence below the title of the first page; `null`: none. */
  readonly intro: Message | null;
  /** The label of the buttons of stages that have none of their own; `null`: the default label. */
  readonly submit: Message | null;
  /** The layout's file: `layouts/<layout>.ejs`; `null`: the app's, `brand.layout`. */
  readonly layout: string | null;
  readonly designation: Designation;
  /** `null`: sources do not use this flow. */
  readonly sourceRole: SourceRole | null;
  readonly authentication: Requirement;
  readonly deniedAction: DeniedAction;
  /** authentik's flag, kept for its interfaces; the kit's pages are plain forms and do not need it. */
  readonly compatibilityMode: boolean;
  /** True where it is meant that the flow signs in without the second factor that other flows ask for, or set up. */
  readonly skipsSecondFactor: boolean;
  /** The purposes of the tickets that open the flow; without one it cannot be opened. Empty: it is opened by none. */
  readonly tickets: readonly TicketPurpose[];
  readonly guard: PolicySet;
  /** By order. */
  readonly bindings: readonly StageBinding[];
  /** Bindings that a policy may insert or append, by key. */
  readonly insertable: ReadonlyMap<string, StageBinding>;
  /** Where a finished flow redirects without a `next`: a path of the app; default `/`. */
  readonly target: string;
  /** Default texts of the flow's own titles and labels, by id. */
  readonly messages: Texts;
  /**
   * Context keys that are set before the flow starts, so that no stage has to write them: `['identity']`, where a
   * source uses this flow.
   */
  readonly providedContext: readonly ContextKey[];
  /** A hash of keys, kinds and orders: a stored plan of another build starts again. */
  readonly build: string;
}

export interface StageBindingSpec extends PolicySetSpec {
  readonly stage: Stage;
  /** Default: ten times its position in the list. */
  readonly order?: number;
  readonly key?: string;
  /** Default false, as in authentik. */
  readonly evaluateOnPlan?: boolean;
  /** Default true, as in authentik. */
  readonly reEvaluatePolicies?: boolean;
  readonly invalidResponseAction?: InvalidResponseAction;
}

export interface FlowSpec extends PolicySetSpec {
  readonly slug: string;
  readonly name?: string;
  readonly title: MessageLike;
  /** One sentence below the title of the first page, unless its stage has its own. */
  readonly intro?: MessageLike;
  /** The label of the buttons of stages that have none of their own. */
  readonly submit?: MessageLike;
  /** `stacked`, `split`, `plain` or a layout of your own; default: the option `brand.layout`. */
  readonly layout?: string;
  readonly designation: Designation;
  /** What sources use the flow for; one flow for each role. Default: sources do not use it. */
  readonly sourceRole?: SourceRole;
  /**
   * Default: enrollment and recovery need a visitor who is not signed in; others accept everyone. `require_redirect`:
   * only through another flow, by a redirect stage or a policy, or through a source. `require_token`: only by a link
   * that `enrollment.flowLink` issued.
   */
  readonly authentication?: Requirement;
  /** authentik's flag, kept for its interfaces; it changes nothing here. Default false. */
  readonly compatibilityMode?: boolean;
  /**
   * True: it is meant that the flow signs in without the second factor that other flows ask for, or set up. Default
   * false: a recovery that does is refused, and a sign-in is warned of.
   */
  readonly skipsSecondFactor?: boolean;
  /** The purposes of the tickets that open the flow; it cannot be opened without one then. Default: none. */
  readonly tickets?: readonly TicketPurpose[];
  readonly deniedAction?: DeniedAction;
  readonly stages: readonly (Stage | StageBindingSpec)[];
  readonly insertable?: readonly (Stage | StageBindingSpec)[];
  readonly target?: string;
  /** Context keys that are set before the first stage, for example by a source; default none. */
  readonly providedContext?: readonly ContextKey[];
  readonly messages?: Texts;
}

const checkSpec = settingsCheck<FlowSpec>('defineFlow', (joi) => ({
  ...guardRules(joi),
  slug: joi.string().required().allow(''),
  name: joi.string(),
  title: messageRule(joi).required(),
  intro: messageRule(joi),
  submit: messageRule(joi),
  layout: joi.string(),
  // `checkFlows` validates these values, together with all other flows.
  designation: joi.string().required().allow(''),
  sourceRole: joi.string(),
  authentication: joi.string(),
  deniedAction: joi.string(),
  compatibilityMode: joi.boolean(),
  skipsSecondFactor: joi.boolean(),
  tickets: joi
    .array()
    .items(joi.valid('invite', 'recovery', 'verify-email', 'change-email'))
    .min(1),
  stages: stagesRule(joi).required(),
  insertable: stagesRule(joi),
  target: joi.string().allow(''),
  providedContext: joi.array().items(joi.string()),
  messages: textsRule(joi),
}));

/**
 * A flow as a value. Mistakes that only show in a whole flow, or between flows, are reported by `createEnrollment`, all
 * at once.
 * @throws ERR_ENROLLMENT_CONFIG for settings that are none, and values of a wrong kind
 */
export function defineFlow(spec: FlowSpec): Flow {
  checkSpec(spec);
  const bindings = spec.stages.map(bindingOf).sort((a, b) => a.order - b.order);
  const insertable = new Map(
    (spec.insertable ?? []).map((stage, index) => bindingOf(stage, index)).map((binding) => [binding.key, binding]),
  );
  return Object.freeze({
    slug: spec.slug,
    name: spec.name ?? spec.slug,
    title: toMessage(spec.title),
    intro: spec.intro === undefined ? null : toMessage(spec.intro),
    submit: spec.submit === undefined ? null : toMessage(spec.submit),
    layout: spec.layout ?? null,
    designation: spec.designation,
    sourceRole: spec.sourceRole ?? null,
    authentication: spec.authentication ?? defaultRequirement(spec.designation),
    deniedAction: spec.deniedAction ?? 'message_continue',
    compatibilityMode: spec.compatibilityMode ?? false,
    skipsSecondFactor: spec.skipsSecondFactor ?? false,
    tickets: Object.freeze([...(spec.tickets ?? [])]),
    guard: policySetOf(spec),
    bindings: Object.freeze(bindings),
    insertable,
    target: spec.target ?? '/',
    messages: Object.freeze({ ...spec.messages }),
    providedContext: Object.freeze([...(spec.providedContext ?? [])]),
    build: buildOf(bindings, insertable),
  });
}

/** True for a flow that visitors cannot open by its address: it is reached from a source only. */
export function isSourceOnly(flow: Flow): boolean {
  return countedBindings(flow.guard).some(({ policy }) => policy.requiresSource);
}

/** True for a flow that is opened only by a link that the server issued, or by a ticket. */
export function isOpenedByLink({ authentication, tickets }: Pick<Flow, 'authentication' | 'tickets'>): boolean {
  return authentication === 'require_token' || tickets.length > 0;
}

/** True for the flow that gives an account its former address back. */
export function restoresAddress({ bindings }: Pick<Flow, 'bindings'>): boolean {
  return bindings.some(({ stage }) => !stage.asking && stage.restoresAddress);
}

/** True for a flow in which signed-in users accept invitations. */
export function acceptsInvitations({ bindings }: Pick<Flow, 'bindings'>): boolean {
  return bindings.some(({ stage }) => stage.asking && stage.acceptsInvitations);
}

function defaultRequirement(designation: Designation): Requirement {
  return designation === 'enrollment' || designation === 'recovery' ? 'require_unauthenticated' : 'none';
}

function bindingOf(listed: Stage | StageBindingSpec, index: number): StageBinding {
  const spec: StageBindingSpec = 'stage' in listed ? listed : { stage: listed };
  return Object.freeze({
    key: spec.key ?? spec.stage.name,
    stage: spec.stage,
    order: spec.order ?? (index + 1) * 10,
    guard: policySetOf(spec),
    evaluateOnPlan: spec.evaluateOnPlan ?? false,
    reEvaluatePolicies: spec.reEvaluatePolicies ?? true,
    invalidResponseAction: spec.invalidResponseAction ?? 'retry',
  });
}

/** The hash of what a stored plan depends on: keys, kinds and orders. Texts and settings may change under a running plan. */
function buildOf(bindings: readonly StageBinding[], insertable: ReadonlyMap<string, StageBinding>): string {
  const lines = [...bindings, ...insertable.values()].map((binding) => [
    binding.key,
    binding.stage.kind,
    binding.order,
  ]);
  return createHash('sha256').update(JSON.stringify(lines)).digest('base64url').slice(0, 12);
}
