import { noteMaker } from './made-by.js';
import { chain, type Awaitable } from '../base/awaitable.js';
import { EnrollmentError } from '../base/error.js';
import type { Json } from '../base/json.js';
import type { Message, Texts } from '../base/message.js';
import type { Secret } from '../base/secret.js';
import { namesRule, textsRule } from '../base/setting-rules.js';
import { settingsCheck } from '../base/settings.js';
import type { RedirectTarget } from '../base/target.js';
import type { ContextKey, Patch } from './context.js';
import type { StageContext } from './facts.js';

/** The accepted answers of one stage by field key; passwords and codes are `Secret`. */
export type Answers = Readonly<Record<string, Json | Secret | undefined>>;

/** What was left blank, by field key: `''` for a text, else `null`. */
export type Blanks = Readonly<Record<string, '' | null>>;

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
  /** Dotted keys that leave `prompt_data`; of a form, its answers to them are not kept. Needs `writes: ['prompt_data']`. */
  readonly removes?: readonly string[];
  readonly actions?: readonly PlanAction[];
}

/** Frozen facts, context and, for a validation policy, this stage's answers. */
export interface PolicyQuestion extends StageContext {
  readonly answers: Answers;
  /** The fields of the form that were left blank: `''` for a text, else `null`. Left out: none. */
  readonly blanks?: Blanks;
  /** The keys of the answers that nothing keeps, such as codes: a policy of the stage consumes them. Left out: none. */
  readonly consumed?: readonly string[];
}

export interface Policy {
  readonly name: string;
  /** The factory of a policy of the kit and what it was given, for exports; `null`: it is the app's own code. */
  readonly madeBy: { readonly factory: string; readonly given: readonly unknown[] } | null;
  /** The fields of the stage that it reads. Messages of a failing policy stand beside the first. */
  readonly fields: readonly string[];
  /** Fields that it consumes: their answers are not kept in the plan. */
  readonly consumes: readonly string[];
  readonly writes: readonly ContextKey[];
  /** True for a policy that requires an invitation. An error in it never skips anything. */
  readonly gate: boolean;
  /** True for a gate whose invitation is for the account of the signed-in user. */
  readonly existingAccount: boolean;
  /**
   * It passes only for users who have no authenticator of these types, or have proved one of them in the plan; `null`: it
   * says nothing about them.
   */
  readonly withoutFactors: readonly string[] | null;
  /** The key of a later step of the flow without which it does not pass; `null`: there is none. */
  readonly laterStep: string | null;
  /** True for a policy that passes only with a source's identity: a flow with it is reached from sources only. */
  readonly requiresSource: boolean;
  /** True for a policy that reads `services.reputation`: scores are counted only where one is configured. */
  readonly readsReputation: boolean;
  readonly messages: Texts;
  check(question: PolicyQuestion): Awaitable<Verdict>;
}

interface PolicySpec<W extends ContextKey> {
  readonly name: string;
  readonly fields?: readonly string[];
  readonly consumes?: readonly string[];
  readonly writes?: readonly W[];
  readonly gate?: boolean;
  /** Default false: a gate's invitation is for a new account. */
  readonly existingAccount?: boolean;
  /** Default: it says nothing about authenticators. */
  readonly withoutFactors?: readonly string[];
  /** Default: it passes without a later step. It asks `stepApplies` about it. */
  readonly laterStep?: string;
  /** Default false. */
  readonly requiresSource?: boolean;
  /** Default false. */
  readonly readsReputation?: boolean;
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
  existingAccount: joi.boolean(),
  withoutFactors: namesRule(joi),
  laterStep: joi.string(),
  requiresSource: joi.boolean(),
  readsReputation: joi.boolean(),
  messages: textsRule(joi),
  check: joi.function().required(),
}));

/** A policy of your own: a function with a name. @throws ERR_ENROLLMENT_CONFIG */
export function definePolicy<const W extends ContextKey = never>(spec: PolicySpec<W>): Policy {
  return policyOf(spec, null);
}

/** A policy of the kit, which an export can write down: the factory's name and what it was given. */
export function kitPolicy<const W extends ContextKey = never>(
  factory: string,
  given: readonly unknown[],
  spec: PolicySpec<W>,
): Policy {
  const madeBy = Object.freeze({ factory, given: Object.freeze([...given]) });
  return noteMaker(policyOf(spec, madeBy), madeBy);
}

function policyOf<W extends ContextKey>(spec: PolicySpec<W>, madeBy: Policy['madeBy']): Policy {
  checkSpec(spec);
  return Object.freeze({
    name: spec.name,
    madeBy,
    fields: Object.freeze([...(spec.fields ?? [])]),
    consumes: Object.freeze([...(spec.consumes ?? [])]),
    writes: Object.freeze([...(spec.writes ?? [])]),
    gate: spec.gate ?? false,
    existingAccount: spec.existingAccount ?? false,
    withoutFactors: spec.withoutFactors === undefined ? null : Object.freeze([...spec.withoutFactors]),
    laterStep: spec.laterStep ?? null,
    requiresSource: spec.requiresSource ?? false,
    readsReputation: spec.readsReputation ?? false,
    messages: Object.freeze({ ...spec.messages }),
    check: (question: PolicyQuestion) => chain(spec.check(question), (answer) => verdictOf(spec.name, answer)),
  });
}

/**
 * Turns the return value of a policy into a verdict. A policy in plain JavaScript may return anything; only documented
 * values pass or fail.
 * @throws ERR_ENROLLMENT_POLICY for everything else
 */
export function verdictOf(policy: string, answer: unknown): Verdict {
  if (typeof answer === 'boolean') return { pass: answer };
  if (typeof answer === 'string' && answer !== '') return { pass: false, messages: [literal(answer)] };
  if (isMessage(answer) && !('pass' in answer)) return { pass: false, messages: [answer] };
  if (isVerdict(answer)) return answer;
  throw new EnrollmentError(
    'ERR_ENROLLMENT_POLICY',
    `the policy '${policy}' returned ${kindOf(answer)}; it must return true, false, a sentence, a message, or { pass: true | false, … }`,
  );
}

/** A text from the developer's code, as a message. */
export function literal(text: string): Message {
  return { id: 'literal', values: { text } };
}

function isVerdict(answer: unknown): answer is Verdict {
  if (!isRecord(answer)) return false;
  const { pass, messages, reference, retryAfterSeconds, patch, removes, actions } = answer;
  return (
    typeof pass === 'boolean' &&
    (messages === undefined || (Array.isArray(messages) && messages.every(isMessage))) &&
    (reference === undefined || typeof reference === 'string') &&
    (retryAfterSeconds === undefined || (typeof retryAfterSeconds === 'number' && retryAfterSeconds >= 0)) &&
    (patch === undefined || isRecord(patch)) &&
    (removes === undefined || (Array.isArray(removes) && removes.every((key) => typeof key === 'string'))) &&
    (actions === undefined || (Array.isArray(actions) && actions.every(isPlanAction)))
  );
}

function isMessage(value: unknown): value is Message {
  return isRecord(value) && typeof value['id'] === 'string' && ['undefined', 'object'].includes(typeof value['values']);
}

function isPlanAction(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const [name = '', ...more] = ['insert', 'append', 'redirect'].filter((one) => one in value);
  return more.length === 0 && (name === 'redirect' ? isTarget(value[name]) : typeof value[name] === 'string');
}

function isTarget(value: unknown): boolean {
  return isRecord(value) && (typeof value['flow'] === 'string' || typeof value['path'] === 'string');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Only the kind: a returned value may contain something that must not be logged. */
function kindOf(answer: unknown): string {
  if (answer === '') return 'an empty string';
  if (answer === null) return 'null';
  if (Array.isArray(answer)) return 'an array';
  if (isRecord(answer)) return 'pass' in answer ? 'a verdict with a wrong value' : 'an object without pass';
  return answer === undefined ? 'undefined' : `a ${typeof answer}`;
}
