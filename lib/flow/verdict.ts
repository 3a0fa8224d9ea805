import { EnrollmentError } from '../base/error.js';
import type { Message } from '../base/message.js';
import type { Verdict } from './policy.js';

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
  const { pass, messages, reference, retryAfterSeconds, patch, actions } = answer;
  return (
    typeof pass === 'boolean' &&
    (messages === undefined || (Array.isArray(messages) && messages.every(isMessage))) &&
    (reference === undefined || typeof reference === 'string') &&
    (retryAfterSeconds === undefined || (typeof retryAfterSeconds === 'number' && retryAfterSeconds >= 0)) &&
    (patch === undefined || isRecord(patch)) &&
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
