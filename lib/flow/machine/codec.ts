import { EnrollmentError } from '../../base/error.js';
import { isJsonObject, type JsonObject } from '../../base/json.js';
import type { Flow } from '../flow.js';
import { storedReceipt } from './stored-receipt.js';
import { storedContexts, wholeContexts } from './stored-contexts.js';
import { isAbsentOr, isContext, isCount, isPasswordTime, isText } from './stored-values.js';
import {
  planLimits,
  type Plan,
  type CompletionReceipt,
  type EarlierFlows,
  type Step,
  type IdentifyingForm,
} from '../plan.js';

type Restored =
  | { readonly type: 'plan'; readonly plan: Plan }
  | { readonly type: 'receipt'; readonly receipt: CompletionReceipt }
  /** Unknown version, another build of the flow, damaged: the visitor starts again. */
  | { readonly type: 'unreadable'; readonly reason: string };

/** Plan or receipt as text. @throws ERR_ENROLLMENT_PLAN_TOO_LARGE above 16 kB. */
export function serialise(record: Plan | CompletionReceipt): string {
  const text = textOf(record);
  const bytes = Buffer.byteLength(text);
  if (bytes > planLimits.bytes) {
    throw new EnrollmentError(
      'ERR_ENROLLMENT_PLAN_TOO_LARGE',
      `a plan of flow '${record.flow}' has ${String(bytes)} bytes; ${String(planLimits.bytes)} are allowed`,
    );
  }
  return text;
}

/** The UTF-8 bytes of a plan as it is stored. */
export function storedBytes(plan: Plan): number {
  return Buffer.byteLength(textOf(plan));
}

function textOf(record: Plan | CompletionReceipt): string {
  return JSON.stringify('done' in record ? record : storedPlan(record));
}

/**
 * An enrollment's id is stored only where it differs from the plan's own: before the first exchange of tokens they are
 * equal.
 */
function storedPlan({ enrollmentId, account, toldBy, ...plan }: Plan): Omit<Plan, 'enrollmentId'> & Partial<Plan> {
  return {
    ...plan,
    ...storedContexts(plan),
    ...(account === undefined ? {} : { account }),
    ...(toldBy === undefined ? {} : { toldBy }),
    ...(enrollmentId === plan.id ? {} : { enrollmentId }),
  };
}

/** The flow of a stored plan and its build; `null`: it is over, or damaged. */
export function flowOfStored(text: string): { readonly flow: string; readonly build: string } | null {
  const found = Buffer.byteLength(text) > planLimits.bytes ? null : parse(text);
  const { flow, build } = found ?? {};
  return isText(flow) && isText(build) ? { flow, build } : null;
}

/** Reads back what `serialise` wrote, and validates all of it. */
export function restore(text: string, flow: Flow, id: string): Restored {
  if (Buffer.byteLength(text) > planLimits.bytes) return unreadable('too large');
  const found = parse(text);
  if (found === null) return unreadable('not JSON');
  if (found['v'] !== 1) return unreadable('unknown version');
  if (found['id'] !== id || found['flow'] !== flow.slug) return unreadable('another plan or flow');
  if (found['done'] === true) {
    const receipt = storedReceipt(found);
    return receipt === null ? unreadable('damaged receipt') : { type: 'receipt', receipt };
  }
  if (found['build'] !== flow.build) return unreadable('the flow has changed');
  return planOf(found, flow);
}

function planOf(found: JsonObject, flow: Flow): Restored {
  const {
    id,
    enrollmentId = id,
    account,
    proved,
    provedAt,
    provedEpoch,
    provedPassword,
    owner,
    earlier,
    toldBy,
    at,
    steps,
    origin,
    context,
    restarts,
    startedAt,
    expiresAt,
  } = found;
  if (!Array.isArray(steps) || !steps.every((step): step is Step & JsonObject => isStep(step, flow)))
    return unreadable('damaged steps');
  if (!isCount(at) || at > steps.length || !isCount(restarts) || !isCount(startedAt))
    return unreadable('damaged counts');
  if (steps.slice(0, at).some(({ state }) => state === 'ahead')) return unreadable('damaged cursor');
  if (!isContext(origin) || !isContext(context)) return unreadable('damaged context');
  if (!isText(id) || !isText(enrollmentId) || !isAbsentOr(account, isText) || !isAbsentOr(proved, isText))
    return unreadable('damaged ids');
  if (!isAbsentOr(owner, isText)) return unreadable('damaged owner');
  if (!isAbsentOr(earlier, isEarlierFlows)) return unreadable('damaged earlier flows');
  if (!isAbsentOr(toldBy, isIdentifyingForm)) return unreadable('damaged form');
  return {
    type: 'plan',
    plan: {
      v: 1,
      id,
      enrollmentId,
      ...(isText(account) ? { account } : {}),
      // A plan of an earlier release does not say when.
      ...(isText(proved)
        ? {
            proved,
            provedAt: isCount(provedAt) ? provedAt : startedAt,
            provedEpoch: isCount(provedEpoch) ? provedEpoch : 0,
            ...(isPasswordTime(provedPassword) ? { provedPassword } : {}),
          }
        : {}),
      ...(isText(owner) ? { owner } : {}),
      ...(isEarlierFlows(earlier) ? { earlier } : {}),
      ...(isIdentifyingForm(toldBy) ? { toldBy: { step: toldBy.step, form: toldBy.form } } : {}),
      flow: flow.slug,
      build: flow.build,
      at,
      steps: steps.map(({ key, state }) => ({ key, state })),
      ...wholeContexts({ origin, context }),
      restarts,
      startedAt,
      expiresAt: isCount(expiresAt) ? expiresAt : 0,
    },
  };
}

// `__proto__` can also be written with escapes. Checking every key costs several times as much as parsing.
const mayNamePrototype = /__proto__|\\u00/i;

function parse(text: string): JsonObject | null {
  try {
    const value: unknown = mayNamePrototype.test(text)
      ? JSON.parse(text, (key, inner: unknown) => (key === '__proto__' ? undefined : inner))
      : JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isStep(step: unknown, flow: Flow): step is Step & JsonObject {
  if (!isJsonObject(step) || typeof step['key'] !== 'string') return false;
  const { key, state } = step;
  return (
    (flow.insertable.has(key) || flow.bindings.some((binding) => binding.key === key)) &&
    (state === 'ahead' || state === 'passed' || state === 'skipped')
  );
}

const isIdentifyingForm = (value: unknown): value is IdentifyingForm & JsonObject =>
  isJsonObject(value) && isText(value['step']) && isText(value['form']);
const isEarlierFlows = (value: unknown): value is EarlierFlows & JsonObject =>
  isJsonObject(value) &&
  isText(value['begin']) &&
  Array.isArray(value['asked']) &&
  value['asked'].every((one) => isJsonObject(one) && isText(one['flow']) && isText(one['step']));
const unreadable = (reason: string): Restored => ({ type: 'unreadable', reason });
