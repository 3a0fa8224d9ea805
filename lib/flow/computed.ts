import { isPromise, withTimeout, type Awaitable } from '../base/awaitable.js';
import { EnrollmentError } from '../base/error.js';
import type { Json } from '../base/json.js';
import type { Message } from '../base/message.js';
import { htmlOf, type TrustedHtml } from '../base/trusted-html.js';
import type { StageContext } from './facts.js';
import { literal } from './policy.js';

/**
 * A value, or a function that returns it; `fromContext('prompt_data.team')` makes one. The function is called for the
 * page and again for the answer, and may be asynchronous: after five seconds the request fails, as it does when the
 * function throws. `undefined` and `null` stand for none.
 */
export type Computed<Value> = Value | ((at: StageContext) => Awaitable<Value | Json | undefined>);

const longestMs = 5000;

/** Which setting of which prompt or stage, for what is said of a wrong value. */
interface SettingName {
  /** Default `prompt`. */
  readonly of?: 'prompt' | 'stage';
  readonly key: string;
  readonly setting: string;
}

/** @throws ERR_ENROLLMENT_PROMPT for a function that does not answer in time */
export function compute<Value>(
  place: SettingName,
  given: Computed<Value>,
  at: StageContext,
): Awaitable<Value | Json | undefined> {
  if (!isFunction(given)) return given;
  const value = given(at);
  if (!isPromise(value)) return value;
  return withTimeout(
    longestMs,
    () => value,
    () => wrong(place, `gave no value within ${String(longestMs / 1000)} s`),
  );
}

function isFunction<Value>(given: Computed<Value>): given is (at: StageContext) => Awaitable<Value | Json | undefined> {
  return typeof given === 'function';
}

/** @throws ERR_ENROLLMENT_PROMPT for a value that is no text */
export function messageIn(place: SettingName, value: unknown): Message | null {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'string') return literal(value);
  if (typeof value === 'number') return literal(String(value));
  if (isMessage(value)) return value;
  throw wrong(place, `must be a text or a message, and is ${kindOf(value)}`);
}

/** @throws ERR_ENROLLMENT_PROMPT for a value that is no text */
export function wordsIn(place: SettingName, value: unknown): Message | TrustedHtml | null {
  return isTrustedHtml(value) ? value : messageIn(place, value);
}

export function isTrustedHtml(value: unknown): value is TrustedHtml {
  return htmlOf(value) !== null;
}

export function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'id') === 'string';
}

export function wrong({ of = 'prompt', key, setting }: SettingName, problem: string): EnrollmentError {
  return new EnrollmentError('ERR_ENROLLMENT_PROMPT', `the ${of} '${key}': "${setting}" ${problem}`);
}

/** Only the kind: a value may contain something that must not be logged. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`;
}
