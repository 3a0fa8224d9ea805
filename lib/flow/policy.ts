import { chain, type Awaitable } from '../base/awaitable.js';
import type { Json } from '../base/json.js';
import type { Message, Texts } from '../base/message.js';
import type { Secret } from '../base/secret.js';
import { namesRule, textsRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import type { RedirectTarget } from '../base/target.js';
import type { ContextKey, Patch } from './context.js';
import type { StageContext } from './facts.js';
import { verdictOf } from './verdict.js';

export { literal } from './verdict.js';

/** The accepted answers of one stage by field key; passwords and codes are `Secret`. */
export type Answers = Readonly<Record<string, Json | Secret | undefined>>;

/** A change of the plan that a policy requests. It is applied when the policy's vote is counted. */
export type PlanAction =
  { readonly insert: string } | { readonly append: string } | { readonly redirect: RedirectTarget };

/** A policy's decision. */
export interface Verdict<W extends ContextKey = ContextKey> {
  readonly pass: boolean;
  readonly messages?: readonly Message[];
  /** Shown with the messages; `explain` resolves it. */
  readonly reference?: string;
  /** Set after too many attempts: the response is 429. */
  readonly retryAfterSeconds?: number;
  readonly patch?: Patch<W>;
  readonly actions?: readonly PlanAction[];
}

/** Frozen facts, context and, for a validation policy, this stage's answers. */
export interface PolicyQuestion extends StageContext {
  readonly answers: Answers;
}

export interface Policy {
  readonly name: string;
  /** The fields of the stage that it reads. Messages of a failing policy stand beside the first. */
  readonly fields: readonly string[];
  /** Fields that it consumes: their answers are not kept in the plan. */
  readonly consumes: readonly string[];
  readonly writes: readonly ContextKey[];
  /** True for a policy that requires an invitation. An error in it never skips anything. */
  readonly gate: boolean;
  /** True for a policy that passes only with a source's identity: a flow with it is reached from sources only. */
  readonly requiresSource: boolean;
  readonly messages: Texts;
  check(question: PolicyQuestion): Awaitable<Verdict>;
}

interface PolicySpec<W extends ContextKey> {
  readonly name: string;
  readonly fields?: readonly string[];
  readonly consumes?: readonly string[];
  readonly writes?: readonly W[];
  readonly gate?: boolean;
  /** Default false. */
  readonly requiresSource?: boolean;
  /** Default texts of the messages it uses, by id. */
  readonly messages?: Texts;
  /**
   * `true` passes; a string fails with that text, a message with its text; `false` fails with a default message.
   * Anything else is no verdict, like an exception or a late answer: see `failureResult`.
   */
  check(question: PolicyQuestion): Awaitable<PolicyAnswer<W>>;
}

export type PolicyAnswer<W extends ContextKey = ContextKey> = boolean | string | Message | Verdict<W>;

const checkSpec = settingsCheck<PolicySpec<ContextKey>>('definePolicy', (joi) => ({
  name: joi.string().required(),
  fields: namesRule(joi),
  consumes: namesRule(joi),
  writes: namesRule(joi),
  gate: joi.boolean(),
  requiresSource: joi.boolean(),
  messages: textsRule(joi),
  check: joi.function().required(),
}));

/** A policy of your own: a function with a name. @throws ERR_ENROLLMENT_CONFIG */
export function definePolicy<const W extends ContextKey = never>(spec: PolicySpec<W>): Policy {
  checkSpec(spec);
  return Object.freeze({
    name: spec.name,
    fields: Object.freeze([...(spec.fields ?? [])]),
    consumes: Object.freeze([...(spec.consumes ?? [])]),
    writes: Object.freeze([...(spec.writes ?? [])]),
    gate: spec.gate ?? false,
    requiresSource: spec.requiresSource ?? false,
    messages: Object.freeze({ ...spec.messages }),
    check: (question: PolicyQuestion) => chain(spec.check(question), (answer) => verdictOf(spec.name, answer)),
  });
}

/** How a policy is bound to a flow or to a stage binding. Defaults as in authentik's PolicyBinding. */
export interface PolicyBinding {
  readonly policy: Policy;
  readonly order: number;
  readonly negate: boolean;
  readonly enabled: boolean;
  /** Default 30. A late answer is ignored. */
  readonly timeoutSeconds: number;
  /** See `PolicyBindingSpec`. */
  readonly failureResult: boolean;
}

/** The policies of a flow or a stage binding and how their votes are joined. */
export interface PolicySet {
  readonly mode: 'any' | 'all';
  /** False when `mode` is the default `any`, as in authentik: only one policy is allowed then. */
  readonly modeGiven: boolean;
  readonly bindings: readonly PolicyBinding[];
}
