import { EnrollmentError } from '../../base/error.js';

const deepest = 100;

/**
 * What was sent, as one text: two are equal only where every field is there with the same value in the same order.
 * Types are kept, so that the number 7, the text "7" and an absent field are three things.
 * @throws ERR_ENROLLMENT_BODY (400) for a body that is nested too deeply
 */
export function formText(sent: unknown): string {
  return JSON.stringify(tagged(sent, 0));
}

// Every value that is not a text, boolean or plain number is a list that begins with its type.
function tagged(value: unknown, depth: number): unknown {
  if (depth > deepest)
    throw new EnrollmentError('ERR_ENROLLMENT_BODY', 'the body is nested too deeply', { status: 400, expose: true });
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : ['number', String(value)];
  if (typeof value === 'bigint') return ['bigint', value.toString()];
  if (typeof value !== 'object') return [typeof value];
  if (value instanceof Uint8Array) return ['bytes', Buffer.from(value).toString('base64')];
  if (value instanceof Date) return ['date', value.getTime()];
  // Also a Map, a Set and URLSearchParams, which some parsers make.
  if (isIterable(value)) return ['list', ...Array.from(value, (one) => tagged(one, depth + 1))];
  return ['record', ...Object.entries(value).map(([name, one]) => [name, tagged(one, depth + 1)])];
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value;
}
